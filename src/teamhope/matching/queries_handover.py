"""Rows of what one volunteer leaves to the next, and of what the family agreed that she may know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from teamhope.families.rules_contact import ConsentRecord
from teamhope.kit.database import connection
from teamhope.matching.rules_handover import KINDS, Handover
from teamhope.tables.families import Consent
from teamhope.tables.matches import Handover as Row
from teamhope.tables.matches import Match
from teamhope.vocabulary.calls import Helps
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ConsentKind, SpokenLanguage
from teamhope.vocabulary.states import MatchStatus


@dataclass(frozen=True, slots=True)
class HandingOver:
    """The match that is handed over. `language`: in which the family is asked."""

    match_id: UUID
    status: MatchStatus
    family_id: UUID
    family_no: str
    contact_id: UUID | None
    language: str
    volunteer_id: UUID
    introduced_at: datetime | None


COLUMNS: Final = (
    Match.status,
    Match.family,
    Match.family.family_no,
    Match.contact,
    Match.contact.languages,
    Match.volunteer,
    Match.introduced_at,
)


async def load_handing_over(match_id: UUID) -> HandingOver:
    """Raises NotFound if the actor may not see the match and its family."""
    row = await Match.select(*COLUMNS).where(Match.id == match_id).first()
    if row is None or row["family.family_no"] is None:
        raise NotFound("match")
    spoken = msgspec.json.decode(row["contact.languages"] or "[]", type=tuple[SpokenLanguage, ...])
    return HandingOver(
        match_id=match_id,
        status=MatchStatus(row["status"]),
        family_id=row["family"],
        family_no=row["family.family_no"],
        contact_id=row["contact"],
        language=spoken[0].code if spoken else "en",
        volunteer_id=row["volunteer"],
        introduced_at=row["introduced_at"],
    )


async def load_handovers(matches: Collection[UUID]) -> dict[UUID, Handover]:
    """By match; one that nobody has written is not in it."""
    rows = await connection().fetch("select * from handover where match = any($1)", matches)
    return {row["match"]: _handover(row) for row in rows}


async def load_received(match_id: UUID) -> Handover | None:
    """What the volunteer before left to the actor's own match, as far as the family agrees to it now."""
    row = await connection().fetchrow("select * from handed_over where match = $1", match_id)
    return _handover(row) if row else None


def _handover(row: Mapping[str, Any]) -> Handover:
    note = Row.note.unseal_if(row["id"], row["note"])
    return Handover(tuple(row["topics"]), tuple(map(Helps, row["helps"])), note)


ID: Final = "select id from handover where match = $1"
SAVE: Final = """
    insert into handover (id, match, family, topics, helps, note, written_by, written_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (match) do update set topics = excluded.topics, helps = excluded.helps, note = excluded.note,
      written_by = excluded.written_by, written_at = excluded.written_at
"""


async def load_noted_at(match_id: UUID) -> datetime | None:
    """When the note became what it is; None where nobody has written."""
    at: datetime | None = await connection().fetchval("select written_at from handover where match = $1", match_id)
    return at


async def save_handover(of: HandingOver, handover: Handover, by: UUID | None, noted_at: datetime) -> UUID:
    """In place of what was written before; its match is locked."""
    id_: UUID = await connection().fetchval(ID, of.match_id) or uuid4()
    note = Row.note.seal_if(id_, handover.note)
    values = (list(handover.topics), list(handover.helps), note, by, noted_at)
    await connection().execute(SAVE, id_, of.match_id, of.family_id, *values)
    return id_


async def list_answers(contact_id: UUID | None) -> list[ConsentRecord]:
    """Everything the contact ever answered about what the next volunteer may know, in any order."""
    asked = (Consent.contact == contact_id) & Consent.kind.is_in(list(KINDS))
    rows = await Consent.select(Consent.kind, Consent.granted, Consent.at).where(asked)
    return [ConsentRecord(ConsentKind(row["kind"]), row["granted"], row["at"]) for row in rows]


TALKED_ABOUT: Final = """
    select distinct unnest(topics) as topic from call where match = $1 and voided_at is null
      and not exists (select from call later where later.corrects = call.id) order by topic
"""


async def list_topics(match_id: UUID) -> list[str]:
    """What the calls of the match were about, each code once."""
    return [row["topic"] for row in await connection().fetch(TALKED_ABOUT, match_id)]
