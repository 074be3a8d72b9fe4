"""Rows of what a family agreed to and took back: every record, and the releases among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.families.queries_contact import family_of
from teamhope.families.rules_release import Release, ReleaseRecord
from teamhope.kit.database import acting_as, connection
from teamhope.tables.families import Consent
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import WORKER, Role


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One record. `by`: the role of whoever wrote it; `ended`: a release that was taken back or has expired."""

    id: UUID
    contact_id: UUID
    kind: ConsentKind
    granted: bool
    at: datetime
    method: ConsentMethod
    wording_version: str
    language: str
    by: Role | None
    release: Release | None
    taken_back: bool


ALL: Final = """
    select s.*, exists (select from consent b where b.takes_back = s.id) as taken_back
    from consent s where s.family = $1 order by s.at desc, s.granted, s.kind
"""
ROLES: Final = "select id, role from person where id = any($1)"


async def list_records(family_id: UUID) -> list[ConsentLine]:
    """The latest first; of what an actor may not see, none."""
    rows = await connection().fetch(ALL, family_id)
    # An advocate sees the record, and of the colleague who wrote it no more than her role.
    async with acting_as(WORKER):
        found = await connection().fetch(ROLES, [row["recorded_by"] for row in rows if row["recorded_by"]])
    roles = {each["id"]: Role(each["role"]) for each in found}
    return [_line(row, roles) for row in rows]


def _line(row: Mapping[str, Any], roles: Mapping[UUID, Role]) -> ConsentLine:
    return ConsentLine(
        id=row["id"],
        contact_id=row["contact"],
        kind=ConsentKind(row["kind"]),
        granted=row["granted"],
        at=row["at"],
        method=ConsentMethod(row["method"]),
        wording_version=row["wording_version"],
        language=row["language"],
        by=roles.get(row["recorded_by"]),
        release=_release(row) if row["recipient"] is not None else None,
        taken_back=row["taken_back"],
    )


def _release(row: Mapping[str, Any]) -> Release:
    id_, expires_on = row["id"], row["expires_on"]
    assert isinstance(expires_on, date)
    return Release(
        Consent.recipient.unseal(id_, row["recipient"]), Consent.purpose.unseal(id_, row["purpose"]), expires_on
    )


def releases(lines: list[ConsentLine]) -> tuple[ReleaseRecord, ...]:
    return tuple(ReleaseRecord(each.id, each.release, each.taken_back) for each in lines if each.release)


async def insert_release(
    contact_id: UUID, release: Release, how: tuple[str, str], by: tuple[UUID | None, datetime]
) -> UUID:
    """Written; `how` is the version of the words and the language, `by` whom and when. Raises NotFound."""
    id_ = uuid4()
    await Consent.insert(
        Consent(
            id=id_,
            family=await family_of(contact_id),
            contact=contact_id,
            kind=ConsentKind.RELEASE_TO_THIRD_PARTY,
            granted=True,
            at=by[1],
            method=ConsentMethod.WRITTEN,
            wording_version=how[0],
            language=how[1],
            recorded_by=by[0],
            recipient=Consent.recipient.seal(id_, release.recipient.strip()),
            purpose=Consent.purpose.seal(id_, release.purpose.strip()),
            expires_on=release.expires_on,
        )
    )
    return id_


async def insert_end(of: ConsentLine, family_id: UUID, how: ConsentMethod, by: tuple[UUID | None, datetime]) -> UUID:
    """The record that takes a release back."""
    id_ = uuid4()
    await Consent.insert(
        Consent(
            id=id_,
            family=family_id,
            contact=of.contact_id,
            kind=of.kind,
            granted=False,
            at=by[1],
            method=how,
            wording_version="none",
            language=of.language,
            recorded_by=by[0],
            takes_back=of.id,
        )
    )
    return id_
