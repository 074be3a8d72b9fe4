"""A family asks for support: everything it said is written at once, or nothing is."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from asyncpg import UniqueViolationError

from teamhope.audit import service as audit
from teamhope.families import entry_checks, queries, queries_entry, queries_opt_out, rules_request
from teamhope.families.forms import Circumstances, NewRequest
from teamhope.families.forms_entry import Answers
from teamhope.families.queries_entry import Entry, Ids
from teamhope.families.rules_entry import Problem, normal_phone
from teamhope.families.rules_request import EntryFacts, Likeness, PossibleDuplicate
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import RequestStatus, TaskKind

NUMBERS_TRIED = 5  # of 61 million: two clashes in a row mean something else is wrong
SAFETY_NET = Circumstances()


@dataclass(frozen=True, slots=True)
class Entered:
    """`missing`: what triage still needs, as codes of families.wording.MISSING."""

    request_id: UUID
    family_id: UUID
    family_no: str
    status: RequestStatus
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Barred:
    """Numbers in E.164: of somebody blocked by any family, and those that asked us to stop."""

    blocked: frozenset[str]
    opted_out: frozenset[str]


async def enter_request(
    actor: Actor,
    new: NewRequest,
    now: datetime,
    form_key: UUID | None = None,
    circumstances: Circumstances = SAFETY_NET,
) -> Entered:
    """A new family with its request: `ready`, `triage` if something is missing, or `referred_out` to an advocate.

    The form with `form_key` acts once, however often it is sent. Raises Invalid naming every wrong field.
    """
    try:
        async with acting_as(actor):
            known = await queries_entry.request_of_form(form_key) if form_key else None
            if known is not None:
                return await _entered(known)
            await _refuse_wrong(new, now)
            return await _write(actor, _entry(actor, new, now, form_key, circumstances))
    except UniqueViolationError:
        if form_key is None:
            raise
    async with acting_as(actor):
        winner = await queries_entry.request_of_form(form_key)
        assert winner is not None
        return await _entered(winner)


async def possible_duplicates(actor: Actor, new: NewRequest) -> tuple[PossibleDuplicate, ...]:
    """Families that may be the new one; each once, with every reason, the likeliest first."""
    return (await list_possible_duplicates(actor, [new]))[0]


async def list_possible_duplicates(actor: Actor, new: Iterable[NewRequest]) -> list[tuple[PossibleDuplicate, ...]]:
    """As possible_duplicates, for each of them in turn."""
    likes = [queries_entry.likeness_of(each) for each in new]
    async with acting_as(actor):
        known = await queries_entry.list_alike(likes)
    by_index: dict[bytes, list[Likeness]] = {}
    for family in known:
        for index in _indexes(family):
            by_index.setdefault(index, []).append(family)
    return [_alike(like, chain.from_iterable(by_index.get(index, ()) for index in _indexes(like))) for like in likes]


def _indexes(like: Likeness) -> frozenset[bytes]:
    return like.phone_indexes | like.first_name_indexes


def _alike(new: Likeness, known: Iterable[Likeness]) -> tuple[PossibleDuplicate, ...]:
    found = rules_request.possible_duplicates(new, known)
    firsts = {each.family_id: each for each in reversed(found)}
    return tuple(each for each in found if firsts[each.family_id] is each)


async def list_barred(actor: Actor, numbers: Collection[str]) -> Barred:
    async with acting_as(actor):
        return await _list_barred(numbers)


async def _list_barred(numbers: Collection[str]) -> Barred:
    blocked = await queries_entry.list_blocked_numbers(numbers)
    return Barred(blocked, await queries_opt_out.list_opted_out(numbers))


async def refuse_wrong_answers(actor: Actor, answers: Answers, now: datetime) -> None:
    """The checks of enter_request without writing anything, for a page that shows the answers first.

    Raises Invalid with the pages' own names of fields.
    """
    number = normal_phone(answers.who.phone or "")
    problems = wrong_answers(answers, await list_barred(actor, [number] if number else []), now)
    if problems:
        raise Invalid(problems)


def wrong_answers(answers: Answers, barred: Barred, now: datetime) -> tuple[Problem, ...]:
    """What enter_request would refuse, with the pages' own names of fields. `barred`: of the answers' number."""
    found = _problems(answers.request(), barred, now)
    return tuple((answers.field_of(path), code, facts) for path, code, facts in found)


async def _refuse_wrong(new: NewRequest, now: datetime) -> None:
    number = normal_phone(new.contact.phone or "")
    problems = _problems(new, await _list_barred([number] if number else []), now)
    if problems:
        raise Invalid(problems)


def _problems(new: NewRequest, barred: Barred, now: datetime) -> tuple[Problem, ...]:
    number = normal_phone(new.contact.phone or "")
    blocked = number in barred.blocked
    problems = entry_checks.problems(new, programme(), now, number_is_blocked=blocked)
    if number in barred.opted_out and not blocked:
        problems = (*problems, ("contact.phone", "phone_opted_out", {}))
    return problems


async def refuse_blocked_number(typed: str | None, family_id: UUID) -> None:
    """Inside acting_as. Raises Invalid for the number of somebody blocked."""
    number = normal_phone(typed or "")
    if number is not None and await queries_entry.is_blocked_number(number, family_id):
        raise Invalid.field("phone", "phone_of_blocked_person")
    if number is not None and await queries_opt_out.has_opted_out(number):
        raise Invalid.field("phone", "phone_opted_out")


def _entry(actor: Actor, new: NewRequest, now: datetime, form_key: UUID | None, circumstances: Circumstances) -> Entry:
    today = entry_checks.family_date(now, new.timezone)
    number = normal_phone(new.contact.phone) if new.contact.phone else None
    return Entry(new, circumstances, number, today, now, actor.person_id, form_key)


async def _write(actor: Actor, entry: Entry) -> Entered:
    ids, new = queries_entry.new_ids(), entry.new
    family_no = await _insert_family(actor, ids.family, entry)
    await queries_entry.insert_contact(ids, entry)
    if entry.number is not None:
        await queries_entry.insert_phone(ids, entry)
    await queries_entry.insert_consents(ids, new.consents, entry)
    await queries_entry.insert_blocked(ids, new.blocked_persons, entry.now)
    await queries_entry.insert_incident(ids, new)
    facts = await queries.load_request_facts(ids.family, ids.contact, ids.incident)
    status = rules_request.after_entry(
        EntryFacts(facts, _minor_survivor_alone(entry), entry.circumstances.imminent_risk)
    )
    await queries_entry.insert_request(ids, entry, status)
    await _open_tasks(actor, ids, entry, status)
    await audit.record(actor, "entered_request", ("support_request", ids.request), entry.now, reason=status)
    return Entered(ids.request, ids.family, family_no, status, rules_request.what_is_missing(facts))


async def _insert_family(actor: Actor, family_id: UUID, entry: Entry) -> str:
    for _ in range(NUMBERS_TRIED):
        family_no = rules_request.make_family_no(secrets.token_bytes(rules_request.FAMILY_NO_BYTES))
        if await queries_entry.insert_family(actor, family_id, family_no, entry):
            return family_no
    raise RuntimeError("no free family number was found")


def _minor_survivor_alone(entry: Entry) -> bool:
    return not entry.circumstances.adult and programme().relation(entry.new.relation).minor_needs_advocate


async def _open_tasks(actor: Actor, ids: Ids, entry: Entry, status: RequestStatus) -> None:
    case_type = entry.new.case_type
    review = case_type is not None and programme().case_type(case_type).advocate_review
    if entry.new.timezone is None:
        await tasks.open_task(actor, TaskKind.CONFIRM_TIME_ZONE, entry.now, About(family=ids.family), entry.person)
    if review or status is RequestStatus.REFERRED_OUT:
        about = About(family=ids.family, detail="advocate_review")
        await tasks.open_task(actor, TaskKind.OTHER, entry.now, about, entry.person)


async def _entered(request_id: UUID) -> Entered:
    known = await queries.load_request(request_id)
    facts = await queries.load_request_facts(known.family_id, known.contact_id, known.incident_id)
    return Entered(known.id, known.family_id, known.family_no, known.status, rules_request.what_is_missing(facts))
