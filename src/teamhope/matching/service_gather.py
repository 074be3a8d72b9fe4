"""One request beside all volunteers, as the rules compare them, and what people are told of each volunteer."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from teamhope.care import service_load as care
from teamhope.care.queries_load import Carried
from teamhope.families.rules_hours import HORIZON_DAYS, Hours, family_hours
from teamhope.kit.database import acting_as
from teamhope.matching import queries_past, queries_settings, queries_snapshot, rules
from teamhope.matching.labels import label_of
from teamhope.matching.queries_past import Between
from teamhope.matching.queries_snapshot import Asked, Places
from teamhope.matching.rules import Exclusion, MatchRefused
from teamhope.matching.rules_facts import Need, Offers, Reason, Tables, tables_of
from teamhope.matching.rules_hours import first_shared_time
from teamhope.matching.rules_load import is_resting, strain_of
from teamhope.matching.rules_loosening import loosened, may_loosen, needed_for
from teamhope.matching.rules_settings import MatchSettings
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer, need_of, offers_of
from teamhope.matching.wording import sentence
from teamhope.vocabulary.people import WORKER, Actor, Role
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.vocabulary.year_days import YearSpan
from teamhope.volunteers import service as volunteers_service
from teamhope.volunteers.queries import Profile
from teamhope.volunteers.rules_limits import spans_of
from teamhope.volunteers.rules_lived import Lived as ProfileLived


@dataclass(frozen=True, slots=True)
class Said:
    """A reason in the reader's language; programs read the code."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """`first_free_at`: when both can first keep a call; None where they cannot in the coming weeks."""

    volunteer_id: UUID
    name: str
    score: int
    reasons: tuple[Said, ...]
    cautions: tuple[Said, ...]
    load: int
    capacity: int
    languages: tuple[str, ...]
    zone: str | None
    first_free_at: datetime | None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Whom a rule excludes: the first that does, in words, and how many more do.

    `reason_allows`: no other rule does, and this role may set it aside by giving a reason.
    """

    volunteer_id: UUID
    name: str
    rule: str
    more_rules: int
    text: str
    reason_allows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """One request as the rules read it on the organisation's date `on`."""

    asked: Asked
    need: Need
    tables: Tables
    on: date
    settings: MatchSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Needed):
    volunteers: list[Volunteer]
    names: Mapping[UUID, str]
    offers: Offers

    def row_of(self, volunteer_id: UUID) -> int | None:
        return next((row for row, each in enumerate(self.volunteers) if each.id == volunteer_id), None)

    def is_first(self, volunteer_id: UUID) -> bool:
        best = rules.rank(self.need, self.offers, self.tables, 1).rows
        return any(self.volunteers[row].id == volunteer_id for row in best)


def tables() -> Tables:
    """Weighed as built in: for what no weight changes."""
    return _tables_of(programme())


_tables_of = lru_cache(maxsize=1)(tables_of)


async def load_needed(request_id: UUID, now: datetime) -> Needed:
    """Inside a transaction; locks nothing. Raises NotFound if the actor may not see the request."""
    on = await queries_snapshot.organisation_date(now)
    asked = await queries_snapshot.load_request(request_id, on)
    settings = await queries_settings.load_settings()
    codes = settings.weigh(tables())
    return Needed(asked=asked, need=need_of(asked.need, codes, on), tables=codes, on=on, settings=settings)


async def gather(actor: Actor, request_id: UUID, now: datetime) -> Gathered:
    """As `load_needed`, beside all volunteers whom the actor may see."""
    needed = await load_needed(request_id, now)
    family_id = needed.asked.family_id
    volunteers, names = await everybody(actor, needed.settings, now)
    between = await queries_past.load_between([family_id])
    volunteers = [_beside(each, between.get((family_id, each.id), Between())) for each in volunteers]
    return Gathered(
        asked=needed.asked,
        need=needed.need,
        tables=needed.tables,
        on=needed.on,
        settings=needed.settings,
        volunteers=volunteers,
        names=names,
        offers=offers_of(volunteers, needed.tables, needed.on),
    )


async def everybody(actor: Actor, settings: MatchSettings, now: datetime) -> tuple[list[Volunteer], dict[UUID, str]]:
    """All whom the actor may see, by id, and their names."""
    profiles = await volunteers_service.load_profiles(actor)
    counted = await _count(now)
    return [_volunteer(each, counted, settings, now) for each in profiles], {each.id: each.name for each in profiles}


@dataclass(frozen=True, slots=True)
class _Counted:
    """By volunteer; who has nothing is not in it."""

    places: Mapping[UUID, Places]
    acute: Counter[UUID]
    carried: Mapping[UUID, Carried]
    locked_out: frozenset[UUID]


async def _count(now: datetime, volunteer_id: UUID | None = None) -> _Counted:
    """Counted over all families: those of other teams take places too, though the actor does not see them."""
    async with acting_as(WORKER):
        on = await queries_snapshot.organisation_date(now)
        return _Counted(
            places=await queries_snapshot.load_places(volunteer_id),
            acute=await queries_snapshot.count_acute(on, volunteer_id),
            carried=await care.load_carried(now, volunteer_id),
            locked_out=await queries_snapshot.list_locked_out(),
        )


def _beside(volunteer: Volunteer, between: Between) -> Volunteer:
    return replace(volunteer, past=between.past, connected=between.connected)


async def lock_volunteer(actor: Actor, volunteer_id: UUID, family_id: UUID, now: datetime) -> Volunteer:
    """As she is now beside the family; nobody else gives her one before the transaction ends, and no call asks for a
    debrief.

    Raises NotFound outside the scope.
    """
    async with acting_as(WORKER):  # a coordinator of another team may not change her row, and must wait for it too
        await queries_snapshot.lock_volunteer(volunteer_id)
    return await load_beside(actor, volunteer_id, family_id, now)


async def load_beside(actor: Actor, volunteer_id: UUID, family_id: UUID, now: datetime) -> Volunteer:
    """As lock_volunteer, and locks nothing."""
    between = await queries_past.load_between([family_id], volunteer_id)
    return _beside(await load_volunteer(actor, volunteer_id, now), between.get((family_id, volunteer_id), Between()))


async def load_volunteer(actor: Actor, volunteer_id: UUID, now: datetime) -> Volunteer:
    """Beside no family. Raises NotFound outside the scope."""
    profile = await volunteers_service.load_profile(actor, volunteer_id)
    settings = await queries_settings.load_settings()
    return _volunteer(profile, await _count(now, volunteer_id), settings, now)


def _volunteer(profile: Profile, counted: _Counted, settings: MatchSettings, now: datetime) -> Volunteer:
    """Her own limits, or the programme's where they are lower."""
    places, carried = counted.places.get(profile.id, Places()), counted.carried.get(profile.id, Carried())
    limits = settings.thresholds
    return Volunteer(
        id=profile.id,
        # Who may not sign in could answer no offer and log no call.
        status=VolunteerStatus.SUSPENDED if profile.person_id in counted.locked_out else profile.status,
        credentials=profile.credentials,
        load=places.load,
        capacity=min(profile.max_open_matches, limits["families"]),
        strain=strain_of(carried.loads, limits["strain"]),
        week_calls=carried.week_calls,
        most_calls=carried.most_calls,
        acute_places=limits["acute_families"] - counted.acute[profile.id],
        talk_due=carried.talk_due,
        resting=is_resting(carried.heavy_at, limits["rest_hours"], now),
        away=profile.away,
        last_matched_on=places.last_matched_on,
        languages=profile.languages,
        gender=profile.gender,
        communities=profile.communities,
        state=profile.state,
        lived=[_lived(each) for each in profile.lived],
        limits=profile.limits,
        windows=profile.windows,
        other_days=profile.other_days,
        zone=profile.zone,
    )


def _lived(hers: ProfileLived) -> Lived:
    return Lived(
        case_type=hers.case_type,
        relation=hers.relation,
        trajectory=hers.trajectory,
        subtypes=hers.subtypes,
        event_month=hers.event_month,
        child_age_band=hers.child_age_band,
        child_gender=hers.child_gender,
    )


def do_without(
    needed: Needed, volunteer: Volunteer, wishes: Collection[str], role: Role
) -> tuple[Needed, tuple[str, ...]]:
    """What this volunteer needs loosened, as far as the role may, and which of the wishes that is."""
    offer = offers_of([volunteer], needed.tables, needed.on)
    used = needed_for(needed.need, offer, [wish for wish in wishes if may_loosen(wish, role)])
    return replace(needed, need=loosened(needed.need, used)), used


def check(
    needed: Needed, volunteer: Volunteer, role: Role, reason: str | None, aside: Collection[str] | None = None
) -> tuple[str, ...]:
    """The rules that the reason sets aside. Raises MatchRefused with its sentence, for whom no name is in it."""
    offer = offers_of([volunteer], needed.tables, needed.on)
    with _in_words():
        return rules.check_one(needed.need, offer, needed.tables, role, reason or "", aside)


def against(needed: Needed, volunteer: Volunteer) -> tuple[str, ...]:
    """Of each rule that excludes her, its sentence."""
    offer = offers_of([volunteer], needed.tables, needed.on)
    broken = rules.broken_by(needed.need, offer)
    return tuple(say(rule.why(needed.need, offer, needed.tables)).text for rule in broken)


def check_again(needed: Needed, volunteer: Volunteer, also: Collection[str]) -> None:
    """What nobody may set aside, and the rules in `also`. Raises MatchRefused with its sentence."""
    offer = offers_of([volunteer], needed.tables, needed.on)
    with _in_words():
        rules.check_again(needed.need, offer, needed.tables, also)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except MatchRefused as refusal:
        facts = dict(refusal.facts)
        rule, reason_allows = facts.pop("rule"), facts.pop("reason_allows")
        why = say(Reason(refusal.code, facts)).text
        raise MatchRefused(refusal.code, why=why, rule=rule, reason_allows=reason_allows) from None


def candidate_of(found: Gathered, row: int, score: int, now: datetime) -> Candidate:
    volunteer = found.volunteers[row]
    why = rules.explain(found.need, found.offers, found.tables, row)
    return Candidate(
        volunteer_id=volunteer.id,
        name=found.names[volunteer.id],
        score=score,
        reasons=tuple(map(say, why.reasons)),
        cautions=(*map(say, why.cautions), *map(say, why.not_known)),
        load=volunteer.load,
        capacity=volunteer.capacity,
        languages=tuple(label_of("language", code) for code in volunteer.languages),
        zone=volunteer.zone.key if volunteer.zone else None,
        first_free_at=first_free_at(found.asked.need, volunteer, now),
    )


def excluded_of(found: Gathered, exclusion: Exclusion, role: Role) -> Excluded:
    volunteer = found.volunteers[exclusion.row]
    why = rules.why_excluded(found.need, found.offers, found.tables, exclusion)
    return Excluded(
        volunteer_id=volunteer.id,
        name=found.names[volunteer.id],
        rule=exclusion.rule.number,
        more_rules=exclusion.more,
        text=say(why).text,
        reason_allows=exclusion.more == 0 and role in exclusion.rule.overridable_by,
    )


def say(reason: Reason) -> Said:
    return Said(reason.code, sentence(reason, label_of))


def first_free_at(need: Request, volunteer: Volunteer, now: datetime) -> datetime | None:
    """The first 45 minutes that both can keep; her days away and with other hours, and hard days of both, looked at."""
    if volunteer.zone is None:
        return None
    away = _days_away(volunteer, now.astimezone(volunteer.zone).date())
    hers = Hours(volunteer.zone, tuple(volunteer.windows), away, volunteer.other_days, spans_of(volunteer.limits))
    theirs = family_hours(need.zone, tuple(need.windows), need.default_windows)
    rests = tuple(YearSpan(each.day, each.day) for each in need.sensitive_dates if not each.call_on)
    return first_shared_time(replace(theirs, off_each_year=rests), hers, now)


def _days_away(volunteer: Volunteer, today: date) -> frozenset[date]:
    coming = [today + timedelta(days=days) for days in range(HORIZON_DAYS + 2)]
    return frozenset(
        day for day in coming for first, last in volunteer.away if first <= day and (last is None or day <= last)
    )
