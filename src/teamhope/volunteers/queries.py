"""Rows of volunteers, as facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from piccolo.columns import Column

from teamhope.kit.database import connection
from teamhope.tables.accounts import Team
from teamhope.tables.volunteers import Credential, OtherHours, TimeAway, Volunteer
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import CredentialKind, Gender, LanguageLevel, SpokenLanguage, Window
from teamhope.vocabulary.states import HOLDS_A_PLACE, VolunteerStatus
from teamhope.volunteers.queries_lived import insert_lived, load_lived
from teamhope.volunteers.rules_limits import Limits
from teamhope.volunteers.rules_lived import Lived


@dataclass(frozen=True, slots=True)
class Profile:
    """What matching reads of one volunteer; how many families she has is matching's own question.

    `credentials`: the last valid day, None where it never ends. `away`: first and last day. `limits`: (kind, code),
    with kind case_type, subtype, trajectory or state, or dates: a span of each year, see YearSpan.code. `other_days`:
    dates in her zone with other windows than every week; `team`: its id and name.
    """

    id: UUID
    person_id: UUID
    name: str
    status: VolunteerStatus
    credentials: Mapping[CredentialKind, date | None]
    languages: Mapping[str, LanguageLevel]
    windows: tuple[Window, ...]
    zone: ZoneInfo
    state: str | None
    gender: Gender | None
    communities: frozenset[str]
    limits: Limits
    lived: tuple[Lived, ...]
    away: tuple[tuple[date, date], ...]
    max_open_matches: int
    max_calls_per_week: int
    other_days: Mapping[date, tuple[Window, ...]]
    team: tuple[UUID, str] | None


@dataclass(frozen=True, slots=True)
class Away:
    id: UUID
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class NewVolunteer:
    """`languages` in the order of preference."""

    name: str
    state: str | None
    gender: Gender | None
    languages: tuple[SpokenLanguage, ...]
    lived: Lived


async def load_profiles(only: UUID | None = None) -> list[Profile]:
    """Everybody the actor may see (or `only` her), in the order of ids."""
    joined = (Volunteer.person.timezone.as_alias("zone"), Volunteer.person.team.as_alias("team"))
    select = Volunteer.select(*Volunteer.all_columns(), *joined)
    if only is not None:
        select = select.where(Volunteer.id == only)
    rows = await select.order_by(Volunteer.id)
    ids = [row["id"] for row in rows]
    lived, credentials = await load_lived(ids), await _credentials(ids)
    away, other_days = await _away(ids), await OtherHours.by_day(ids)
    names = {team["id"]: team["name"] for team in await Team.select(Team.id, Team.name)}
    return [
        _profile(
            row | {"team_name": names.get(row["team"])},
            lived[row["id"]],
            credentials[row["id"]],
            (away[row["id"]], other_days[row["id"]]),
        )
        for row in rows
    ]


def _profile(
    row: Mapping[str, Any],
    lived: Sequence[Lived],
    credentials: Mapping[CredentialKind, date | None],
    days: tuple[Sequence[tuple[date, date]], Mapping[date, tuple[Window, ...]]],
) -> Profile:
    away, other_days = days
    languages = msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...])
    limits = msgspec.json.decode(row["off_limits"], type=dict[str, list[str]])
    return Profile(
        id=row["id"],
        person_id=row["person"],
        name=Volunteer.display_name.unseal(row["id"], row["display_name"]),
        status=VolunteerStatus(row["status"]),
        credentials=credentials,
        languages={each.code: each.level for each in languages},
        windows=msgspec.json.decode(row["availability"], type=tuple[Window, ...]),
        zone=ZoneInfo(row["zone"]),
        state=row["state"],
        gender=Gender(row["gender"]) if row["gender"] else None,
        communities=frozenset(row["communities"]),
        limits=frozenset((kind, code) for kind, codes in limits.items() for code in codes),
        lived=tuple(lived),
        away=tuple(away),
        max_open_matches=row["max_open_matches"],
        max_calls_per_week=row["max_calls_per_week"],
        other_days=other_days,
        team=(row["team"], row["team_name"]) if row["team"] else None,
    )


async def _credentials(ids: list[UUID]) -> defaultdict[UUID, dict[CredentialKind, date | None]]:
    """Of a kind that was renewed, the one that lasts longest."""
    found: defaultdict[UUID, dict[CredentialKind, date | None]] = defaultdict(dict)
    rows = await Credential.select().where(Credential.volunteer.is_in(ids)) if ids else []
    for row in sorted(rows, key=lambda each: (each["expires_on"] is None, each["expires_on"] or date.max)):
        found[row["volunteer"]][CredentialKind(row["kind"])] = row["expires_on"]
    return found


async def _away(ids: list[UUID]) -> defaultdict[UUID, list[tuple[date, date]]]:
    found: defaultdict[UUID, list[tuple[date, date]]] = defaultdict(list)
    rows = await TimeAway.select().where(TimeAway.volunteer.is_in(ids)) if ids else []
    for row in sorted(rows, key=lambda each: (each["first_on"], each["last_on"])):
        found[row["volunteer"]].append((row["first_on"], row["last_on"]))
    return found


async def insert_volunteer(person_id: UUID, new: NewVolunteer, now: datetime) -> UUID:
    id_ = uuid4()
    await Volunteer.insert(
        Volunteer(
            id=id_,
            person=person_id,
            display_name=Volunteer.display_name.seal(id_, new.name),
            status=VolunteerStatus.APPLICANT,
            state=new.state,
            gender=new.gender,
            languages=msgspec.json.encode(new.languages).decode(),
            created_at=now,
        )
    )
    await insert_lived(id_, new.lived)
    return id_


async def update_volunteer(volunteer_id: UUID, **values: object) -> None:
    """Raises NotFound if the actor may not see her."""
    columns: dict[Column | str, Any] = dict(values.items())
    changed = await Volunteer.update(columns).where(Volunteer.id == volunteer_id).returning(Volunteer.id)
    if not changed:
        raise NotFound("volunteer")


async def move_to_team(person_id: UUID, team: UUID | None) -> bool:
    """Whether the database let the actor, and the person is a volunteer or a team lead."""
    return bool(await connection().fetchval("select move_to_team($1, $2)", person_id, team))


def limits_column(limits: Limits) -> str:
    """As volunteer.off_limits holds them: codes by kind."""
    kinds = sorted({kind for kind, _ in limits})
    by_kind = {kind: sorted(code for each, code in limits if each == kind) for kind in kinds}
    return msgspec.json.encode(by_kind).decode()


async def insert_credential(volunteer_id: UUID, kind: CredentialKind, days: tuple[date, date | None]) -> UUID:
    """`days`: completed on, and the last valid day."""
    id_ = uuid4()
    await Credential.insert(
        Credential(id=id_, volunteer=volunteer_id, kind=kind, completed_on=days[0], expires_on=days[1])
    )
    return id_


async def list_away(volunteer_id: UUID, today: date) -> list[Away]:
    """Those not over, the next first."""
    coming = (TimeAway.volunteer == volunteer_id) & (TimeAway.last_on >= today)
    rows = await TimeAway.select().where(coming).order_by(TimeAway.first_on)
    return [Away(row["id"], row["first_on"], row["last_on"]) for row in rows]


async def insert_away(volunteer_id: UUID, first_on: date, last_on: date) -> UUID:
    id_ = uuid4()
    await TimeAway.insert(TimeAway(id=id_, volunteer=volunteer_id, first_on=first_on, last_on=last_on))
    return id_


async def delete_away(volunteer_id: UUID, away_id: UUID) -> None:
    mine = (TimeAway.id == away_id) & (TimeAway.volunteer == volunteer_id)
    if not await TimeAway.exists().where(mine):
        raise NotFound("time_away")
    await TimeAway.delete().where(mine)


async def count_families(volunteer_id: UUID) -> int:
    query = "select count(*) from match where volunteer = $1 and status = any($2)"
    return int(await connection().fetchval(query, volunteer_id, sorted(HOLDS_A_PLACE)))
