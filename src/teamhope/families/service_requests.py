"""What becomes of a request that is not matched: completed in triage, put on hold, taken up again, ended."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import entry_checks, queries, queries_contact, queries_triage, rules_request, service_zone
from teamhope.families.forms import Completion
from teamhope.families.queries import OneRequest
from teamhope.families.rules_entry import Problem, normal_phone
from teamhope.families.rules_hours import zone_of
from teamhope.families.service_entry import Entered, refuse_blocked_number
from teamhope.kit.database import acting_as
from teamhope.vocabulary import consents
from teamhope.vocabulary.errors import IllegalMove, Invalid, Refused
from teamhope.vocabulary.families import ConsentKind, FamilyStatus
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import Kind, programme
from teamhope.vocabulary.states import REQUEST_MOVES, RequestStatus, check_move

# What triage completes; a request further on is matched by its own rules, and its match must not lose it.
IN_TRIAGE = frozenset({RequestStatus.NEW, RequestStatus.TRIAGE, RequestStatus.REFERRED_OUT})
ENDS = (
    RequestStatus.CLOSED,
    RequestStatus.DECLINED,
    RequestStatus.DUPLICATE,
    RequestStatus.UNABLE_TO_CONTACT,
)


@dataclass(frozen=True, slots=True)
class Closing:
    """How a request ends; `duplicate_of` is the reference of the family that stays."""

    to: RequestStatus
    duplicate_of: str | None = None


async def complete_triage(actor: Actor, request_id: UUID, found: Completion, now: datetime) -> Entered:
    """Writes what was found out; the request is `ready` as soon as nothing is missing, and waits from then on.

    Raises Invalid naming every wrong field; IllegalMove unless it is in triage; NotFound outside the scope.
    """
    async with acting_as(actor):
        request = await queries.lock_request(request_id)
        if request.status not in IN_TRIAGE:
            raise IllegalMove(
                request.status, RequestStatus.READY, sorted(REQUEST_MOVES[request.status] - {RequestStatus.READY})
            )
        await _refuse_wrong(found, request.family_id)
        await queries_triage.write_found(request, found, (actor.person_id, now))
        if found.timezone is not None:
            await service_zone.confirmed(actor, request.family_id, now)
        facts = await queries.load_request_facts(request.family_id, request.contact_id, request.incident_id)
        missing = rules_request.what_is_missing(facts)
        status = request.status if missing else RequestStatus.READY
        if not missing:
            await queries.move_request(request_id, status, now, ready_at=now)
        await audit.record(actor, "completed_triage", ("support_request", request_id), now, reason=status)
    return Entered(request_id, request.family_id, request.family_no, status, missing)


async def _refuse_wrong(found: Completion, family_id: UUID) -> None:
    number = normal_phone(found.phone or "")
    known = number is not None and await queries_contact.has_number(family_id, number)
    checks = (
        ("timezone", "zone_unknown", found.timezone is not None and zone_of(found.timezone) is None),
        ("language", "not_a_choice", _unknown_word("language", found.language)),
        ("case_type", "not_a_choice", _unknown_word("case_type", found.case_type)),
        ("phone", "phone_unreadable", found.phone is not None and number is None),
        # Also where it was stopped: then it must not come back as a new one.
        ("phone", "phone_known", known),
        ("consents", "release_elsewhere", ConsentKind.RELEASE_TO_THIRD_PARTY in found.consents),
    )
    wrong: list[Problem] = [(field, code, {}) for field, code, is_wrong in checks if is_wrong]
    if not consents.is_version(found.wording_version):
        wrong.append(("wording_version", "wording_unknown", entry_checks.known_versions()))
    if wrong:
        raise Invalid(wrong)
    await refuse_blocked_number(found.phone, family_id)


async def put_on_hold(actor: Actor, request_id: UUID, resume_on: date, now: datetime) -> None:
    """The family asks to wait until `resume_on`, a later day of hers. Raises Invalid, IllegalMove, Refused."""
    async with acting_as(actor):
        request = await _lock_unmatched(request_id, RequestStatus.ON_HOLD)
        if resume_on <= entry_checks.family_date(now, await queries.zone_of_family(request.family_id)):
            raise Invalid.field("resume_on", "resume_in_past")
        await queries.move_request(
            request_id, RequestStatus.ON_HOLD, now, ready_at=request.ready_at, resume_on=resume_on
        )
        await audit.record(actor, "held_request", ("support_request", request_id), now)


async def resume(actor: Actor, request_id: UUID, now: datetime) -> RequestStatus:
    """Back to where it was: `ready` with the place in the queue it had, or `triage` if something is missing.

    Raises IllegalMove, and Refused `request_has_match` for one that a volunteer accompanies.
    """
    async with acting_as(actor):
        request = await queries.lock_request(request_id)
        facts = await queries.load_request_facts(request.family_id, request.contact_id, request.incident_id)
        status = RequestStatus.TRIAGE if rules_request.what_is_missing(facts) else RequestStatus.READY
        check_move(REQUEST_MOVES, request.status, status)
        await _refuse_matched(request_id)
        await queries.move_request(request_id, status, now, ready_at=request.ready_at or now)
        await audit.record(actor, "resumed_request", ("support_request", request_id), now, reason=status)
    return status


async def resume_if_held(actor: Actor, request_id: UUID, now: datetime) -> bool:
    """Whether it was still on hold, and waits again now."""
    async with acting_as(actor):
        if (await queries.lock_request(request_id)).status is not RequestStatus.ON_HOLD:
            return False
        await resume(actor, request_id, now)
    return True


async def waitlist(actor: Actor, request_id: UUID, now: datetime) -> None:
    """No volunteer can be found now; the family keeps its place in the queue. Raises IllegalMove unless it is ready."""
    async with acting_as(actor):
        request = await queries.lock_request(request_id)
        if request.status is not RequestStatus.READY:
            possible = sorted(REQUEST_MOVES[request.status] - {RequestStatus.WAITLISTED})
            raise IllegalMove(request.status, RequestStatus.WAITLISTED, possible)
        await queries.move_request(request_id, RequestStatus.WAITLISTED, now, ready_at=request.ready_at)
        await audit.record(actor, "waitlisted_request", ("support_request", request_id), now)


async def close_request(actor: Actor, request_id: UUID, closing: Closing, now: datetime) -> None:
    """Ends a request without a live match; a family whose last request has ended is closed, so that nobody calls it.

    Raises Invalid without the other family's reference for a duplicate; Refused `request_has_match`; IllegalMove.
    """
    if closing.to not in ENDS:
        raise Invalid.field("to", "not_a_choice")
    async with acting_as(actor):
        request = await _lock_unmatched(request_id, closing.to)
        if closing.to is RequestStatus.DUPLICATE:
            await _count_as(request.family_id, closing.duplicate_of or "")
        await queries.move_request(request_id, closing.to, now, ready_at=request.ready_at)
        if closing.to in queries.ENDED and not await queries.has_open_request(request.family_id):
            await queries.update_family(request.family_id, {"status": FamilyStatus.CLOSED})
        await audit.record(actor, "closed_request", ("support_request", request_id), now, reason=closing.to)


async def _count_as(family_id: UUID, family_no: str) -> None:
    """The family is the other from now on, and so is whoever was this one: what is counted looks one step far."""
    other = await queries.find_family(family_no)
    if other is None or other == family_id:
        raise Invalid.field("duplicate_of", "family_unknown")
    await queries.merge_families(family_id, other)


async def _lock_unmatched(request_id: UUID, target: RequestStatus) -> OneRequest:
    request = await queries.lock_request(request_id)
    check_move(REQUEST_MOVES, request.status, target)
    await _refuse_matched(request_id)
    return request


async def _refuse_matched(request_id: UUID) -> None:
    if await queries.has_live_match(request_id):
        raise Refused("request_has_match")


def _unknown_word(kind: Kind, code: str | None) -> bool:
    return code is not None and not programme().has(kind, code)
