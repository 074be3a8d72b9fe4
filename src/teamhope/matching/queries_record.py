"""Rows of a volunteer's live matches that a change of her record touches."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from teamhope.kit.database import connection
from teamhope.tables.matches import Match
from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.states import HOLDS_A_PLACE, MatchStatus

SEEN_BY_THEM: Final = HOLDS_A_PLACE | {MatchStatus.UNABLE_TO_CONTACT}  # as the row policies see families of a team
KEEP_TEAM: Final = """
    update family set team = $2
    where team is null and id in (
      select m.family from match m where m.volunteer = $1
        and (m.status = any($3) or (m.status = 'closed' and m.closed_at > $4)))
    returning id
"""


async def list_spoken(volunteer_id: UUID) -> dict[UUID, frozenset[str]]:
    """By family, the languages of the contact whom she calls."""
    hers = (Match.volunteer == volunteer_id) & Match.status.is_in(sorted(HOLDS_A_PLACE))
    rows = await Match.select(Match.family, Match.contact.languages.as_alias("languages")).where(hers)
    return {row["family"]: _codes(row["languages"]) for row in rows if row["languages"] is not None}


def _codes(languages: str) -> frozenset[str]:
    return frozenset(each.code for each in msgspec.json.decode(languages, type=tuple[SpokenLanguage, ...]))


async def keep_team_of_families(volunteer_id: UUID, team: UUID, ended_after: datetime) -> list[UUID]:
    """The families of her matches, live or ended since, that no team looks after by itself; from now on `team` does."""
    rows = await connection().fetch(KEEP_TEAM, volunteer_id, team, sorted(SEEN_BY_THEM), ended_after)
    return sorted(row["id"] for row in rows)
