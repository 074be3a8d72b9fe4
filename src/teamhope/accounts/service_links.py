"""Links that work once: to invite somebody, to choose a new password; whoever opens one proves nothing but that."""

from datetime import datetime
from uuid import UUID

from teamhope.accounts import passwords, queries, queries_links, queries_people, rules, service, service_people
from teamhope.accounts import rules_links as links
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.rules_links import Doorway, LinkHolder
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.letters import service as letters
from teamhope.letters.rules import LetterKind
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import DOORKEEPER, Actor


def doorway_of(settings: Settings) -> Doorway:
    return Doorway(settings.public_url, letters=bool(settings.smtp_url))


async def add_invited(actor: Actor, new: NewPerson, doorway: Doorway, now: datetime) -> tuple[UUID, str]:
    """The id of somebody who was not there yet, and her link as by invite.

    Raises Invalid when the e-mail is taken or the team unknown.
    """
    async with acting_as(actor):
        person_id = await add_uninvited(actor, new, now)
        return person_id, await invite(actor, person_id, doorway, now)


async def add_uninvited(actor: Actor, new: NewPerson, now: datetime) -> UUID:
    """Somebody who was not there yet and cannot sign in before she is invited. Raises Invalid, as add_invited does."""
    async with acting_as(actor):
        await service_people.refuse_unknown_team(actor, new.team)
        return await service.add_person(actor, new, None, now)


async def invite(actor: Actor, person_id: UUID, doorway: Doorway, now: datetime) -> str:
    """A link by which the person chooses a password, to be shown this once; empty where a letter brings it.

    Links that she had before end. Raises NotFound, and Refused `not_invited` for who is suspended or has no e-mail.
    """
    async with acting_as(actor):
        person = await queries_people.load_account(person_id)
        if not links.may_be_invited(person.status, person.has_email):
            raise Refused("not_invited")
        await queries_links.end_links_of(person_id)
        secret, kind = rules.new_secret(), LetterKind.INVITATION
        lasts = (now, links.expires_at(kind, now))
        await queries_links.insert_link(rules.hash_of(secret), kind, person_id, actor.person_id, lasts)
        await audit.record(actor, "invited_person", ("person", person_id), now)
        if not doorway.letters:
            return doorway.link(secret)
        await letters.queue(actor, person_id, kind, doorway.link(secret), now)
    return ""


async def ask_for_reset(email: str, doorway: Doorway, now: datetime) -> None:
    """A letter to whom the e-mail belongs, if to anybody: the same work either way. Raises TooMany while a delay lasts.

    Links from before keep working: else whoever asks in her name could end each before she opens it. More than
    MOST_RESETS at a time are not made.
    """
    secret, kind = rules.new_secret(), LetterKind.RESET
    async with acting_as(DOORKEEPER):
        await service.count_attempt(links.asking_again(email), now)
        lasts = (now, links.expires_at(kind, now))
        found = await queries_links.insert_reset_link(rules.hash_of(secret), email, lasts, links.MOST_RESETS)
        # An id that is nobody's queues no letter, by the same statement.
        await letters.queue(DOORKEEPER, found or links.NOBODY, kind, doorway.link(secret), now)
        await audit.record(DOORKEEPER, "asked_for_reset", ("person", found), now)


async def is_open(secret: str, now: datetime) -> bool:
    """Looking at a link does not use it."""
    async with acting_as(DOORKEEPER):
        return await queries_links.load_holder(rules.hash_of(secret), now) is not None


async def choose_password(secret: str, password: str, site_name: str, now: datetime) -> None:
    """Uses the link up, and ends her other links and every session of hers.

    Raises NotFound for a link that is not live, Invalid for a password that is easy to guess, which uses nothing up.
    """
    token_hash = rules.hash_of(secret)
    async with acting_as(DOORKEEPER):
        holder = await queries_links.load_holder(token_hash, now)
    if holder is None:
        raise NotFound("link")
    if await passwords.is_weak(password, (holder.name, holder.email, site_name)):
        raise Invalid.field("password", "weak_password")
    await _keep(holder, token_hash, await passwords.hashed(password), now)


async def _keep(holder: LinkHolder, token_hash: bytes, password_hash: str, now: datetime) -> None:
    herself = Actor(holder.role, holder.person_id)
    async with acting_as(DOORKEEPER):
        if not await queries_links.use_link(token_hash, now):
            raise NotFound("link")
        await queries_links.end_links_of(holder.person_id)
        await queries.delete_sessions_of(holder.person_id)
        async with acting_as(herself):
            await queries.update_person(holder.person_id, password_hash=password_hash)
            await audit.record(herself, "chose_password", ("person", holder.person_id), now, reason=holder.kind)
