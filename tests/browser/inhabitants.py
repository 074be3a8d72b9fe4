"""People, families and calls for the pages to show: something in every state that a page tells of."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tests import world
from tests.app_kit import PASSWORD, TESTS

from teamhope.accounts import service as accounts
from teamhope.calls.rules import LoggedCall
from teamhope.calls.service import log_call
from teamhope.care import service as care
from teamhope.care import service_on_call
from teamhope.care.queries import About
from teamhope.families.rules_hours import Span
from teamhope.kit import clock
from teamhope.operations.queries_jobs import Pass
from teamhope.operations.service_jobs import note_pass
from teamhope.oversight import service as oversight
from teamhope.oversight.rules import BreakGlassReason
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About as TaskAbout
from teamhope.vocabulary.calls import Need, Outcome
from teamhope.vocabulary.families import ActivityKind, ChildAgeBand, ConsentKind, windows_on
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import EscalationLevel, TaskKind
from teamhope.volunteers import service_activities, service_days
from teamhope.volunteers import service_lived as lived
from teamhope.volunteers.rules_activities import Activity
from teamhope.volunteers.rules_lived import Lived

EASTERN = ZoneInfo("America/New_York")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Hi, it's Vera, call me when you can"
OPENERS = (Role.COORDINATOR, Role.ADVOCATE, Role.ADMIN, Role.TEAM_LEAD)
STAFF = (Role.COORDINATOR, Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR)
# What the notes and places of this module hold; with the names, what no title and no address may.
LIMITS = {
    "case_type": ["CSE"],
    "trajectory": ["deceased"],
    "subtype": ["csam", "missing_from_care"],
    "state": ["FL", "WY"],
    "dates": ["02-29/02-29", "05-08/05-12", "12-20/01-05"],
}
ANOTHER = Lived(
    "FA", "aunt_uncle", "recovered_reuniting", frozenset({"international"}), None, ChildAgeBand.FROM_9_TO_12
)
SECRETS = frozenset({"sister", "tulsa", "bluebird"})


@dataclass(frozen=True, slots=True)
class OnCalls:
    """A volunteer or team lead with an offer, a call that is due, one that is over, and one that is logged."""

    who: world.AVolunteer
    offer: world.AMatch
    match: world.AMatch
    due: world.AFollowUp
    logged: str


@dataclass(frozen=True, slots=True)
class Inhabitants:
    staff: dict[Role, world.AStaffMember]
    on_calls: dict[Role, OnCalls]
    ready: world.ARequest
    triage: world.ARequest
    chosen: UUID
    experience: UUID  # one of two of the chosen
    openings: dict[Role, UUID]
    taken: UUID  # a call for help
    names: frozenset[str]

    def who(self, role: Role) -> world.AStaffMember | world.AVolunteer:
        return self.staff[role] if role in self.staff else self.on_calls[role].who


async def move_in(now: datetime) -> Inhabitants:
    staff = {role: await world.staff(role, name=f"Stella {role.title()}") for role in STAFF}
    coordinator = staff[Role.COORDINATOR]
    chosen = await _volunteers(now)
    experience = await lived.add_lived(TESTS, chosen, ANOTHER, now)
    await _days_and_hours(TESTS, chosen, now)
    ready = await world.family_request(
        first_name="Marisol",
        languages=(("es", "native"), ("en", "conversational")),
        urgency="priority",
        owner=coordinator.id,
        consents=(*world.AGREED_KINDS, ConsentKind.VOICEMAIL),
        contact={"code_word": None, "shared_with": None},
        contact_phone={"voicemail": "none"},
        now=now - 3 * DAY,
    )
    await world.blocked_person(ready.family_id, name="Rex", now=now)
    triage = await world.family_request(first_name="Tess", status="triage", timezone=None, state=None, consents=())
    on_calls = {role: await _on_calls(role, now) for role in (Role.VOLUNTEER, Role.TEAM_LEAD)}
    taken = await _trouble(on_calls[Role.VOLUNTEER], coordinator, now)
    await _roster(staff[Role.ADVOCATE], now)
    await _jobs(now)
    await accounts.create_token(staff[Role.ADMIN].actor, "Office spreadsheet", Role.LEADERSHIP, now)
    names = {"Marisol", "Rex", "Tess", *(each.who.name for each in on_calls.values())}
    names |= {each.match.request.first_name for each in on_calls.values()}
    openings = {role: await _opened(on_calls[role].who if role in on_calls else staff[role], ready) for role in OPENERS}
    return Inhabitants(staff, on_calls, ready, triage, chosen, experience, openings, taken, frozenset(names))


async def _jobs(now: datetime) -> None:
    """One on time, one late, one that keeps failing, one that is done for today."""
    await note_pass(Pass("seal", False, now, now, now + HOUR))
    await note_pass(Pass("mark_due", False, now - DAY, now - DAY, now - DAY))
    await note_pass(Pass("send_letters", False, now, now, now + HOUR, 4, "ValueError"))
    await note_pass(Pass("watch_credentials", True, now, now, now + HOUR))


async def _opened(who: world.AStaffMember | world.AVolunteer, request: world.ARequest) -> UUID:
    """By the real clock: the database closes it."""
    words = "The coordinator is on leave, quill6."
    reason = BreakGlassReason.COORDINATOR_ABSENT
    return await oversight.open_family(who.actor, request.family_no, reason, words, clock.now())


async def _volunteers(now: datetime) -> UUID:
    """Four who may be chosen, three who may not; one of the four."""
    chosen = [
        await world.volunteer(
            name=f"Paloma{n}",
            languages=(("en", "native"), ("es", "fluent")),
            lived={"relation": "mother" if n % 2 else "father", "trajectory": "still_missing"},
            off_limits=world.as_json(LIMITS),
            now=now,
        )
        for n in range(4)
    ]
    await world.volunteer(name="Olive", status="on_break", now=now)
    await world.volunteer(name="Una", languages=(("ht", "native"),), now=now)
    await world.volunteer(name="Ada", away=((now.date(), now.date() + 30 * DAY),), now=now)
    return chosen[0].id


async def _days_and_hours(actor: Actor, volunteer_id: UUID, now: datetime) -> None:
    """In a week she is not free, the day after for two hours; two entries of minutes besides calls."""
    off, short = now.date() + 7 * DAY, now.date() + 8 * DAY
    await service_days.set_other_hours(actor, volunteer_id, off, (), now)
    await service_days.set_other_hours(actor, volunteer_id, short, windows_on(short, [(time(10), time(12))]), now)
    for kind, minutes in ((ActivityKind.TRAINING, 150), (ActivityKind.DEBRIEF, 30)):
        await service_activities.record_activity(actor, volunteer_id, Activity(kind, now.date() - DAY, minutes), now)


async def _on_calls(role: Role, now: datetime) -> OnCalls:
    who = await world.volunteer(
        name="Vera" if role is Role.VOLUNTEER else "Lena", role=role, password=PASSWORD, now=now
    )
    await _days_and_hours(who.actor, who.id, now)
    offer = await world.match(await world.family_request(now=now), who, "proposed_to_volunteer", now=now)
    request = await world.family_request(
        first_name="Marta",
        status="matched",
        consents=(*world.AGREED_KINDS, ConsentKind.VOICEMAIL),
        contact_phone={"voicemail": "none"},
        now=now,
    )
    match = await world.match(request, who, now=now)
    due = await world.follow_up(match, now, status="due", now=now)
    late = await world.match(await world.family_request(first_name="Nora", status="matched", now=now), who, now=now)
    await world.follow_up(late, now - 9 * HOUR, status="due", now=now - DAY)
    spoken = await world.match(await world.family_request(first_name="Olga", status="matched", now=now), who, now=now)
    earlier = await world.follow_up(spoken, now - 2 * HOUR, status="due", now=now - DAY)
    call = LoggedCall(
        outcome=Outcome.REACHED,
        follow_up_id=earlier.id,
        started_at=now - HOUR,
        talk_minutes=25,
        topics=("coping_day_to_day",),
        needs=(Need.COUNSELOR,),
        emotional_load=4,
        note="Her sister comes on Monday, quill8.",
    )
    logged = await log_call(who.actor, call, now, f"inhabitants {role}", EASTERN)
    return OnCalls(who, offer, match, due, str(logged.call_id))


async def _trouble(of: OnCalls, coordinator: world.AStaffMember, now: datetime) -> UUID:
    """Calls for help, one taken, which is told, and one unanswered for too long; tasks of several kinds."""
    about = About(family=of.match.request.family_id, where_now="Tulsa, OK (quill9)")
    taken = await care.open_escalation(of.who.actor, EscalationLevel.IMMINENT, now - HOUR, about)
    await care.acknowledge(coordinator.actor, taken, now)
    await care.open_escalation(of.who.actor, EscalationLevel.IMMINENT, now - HOUR, About())
    for kind, detail in ((TaskKind.RECONFIRM_CONTACT, "privacy_check"), (TaskKind.OTHER, "rematch")):
        what = TaskAbout(family=of.match.request.family_id, detail=detail)
        await tasks.open_task(TESTS, kind, now, what)
    return taken


async def _roster(who: world.AStaffMember, now: datetime) -> None:
    """On call now and tomorrow, and nobody is in between."""
    shifts = (Span(now - HOUR, now + HOUR), Span(now + DAY, now + DAY + HOUR))
    await service_on_call.add_shifts(TESTS, who.id, shifts, now)
