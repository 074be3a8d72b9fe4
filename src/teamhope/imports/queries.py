"""Rows of uploaded files and of what was made of them."""

# ruff: noqa: S608 - statements made of words of this file

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from asyncpg import IntegrityConstraintViolationError

from teamhope.imports.rules import ImportKind, Standing
from teamhope.imports.rules_csv import Sheet
from teamhope.kit.database import acting_as, connection
from teamhope.tables.imports import CsvImport
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Upload:
    """`sheet` is there until `imported_at`. `taken_back`: how many rows; None as long as nobody asked for it."""

    id: UUID
    kind: ImportKind
    sheet: Sheet | None
    uploaded_at: datetime
    imported_at: datetime | None
    left_out: int
    taken_back: int | None

    @property
    def since(self) -> datetime:
        return self.imported_at or self.uploaded_at


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of row `number` and is still there; `subject` is a volunteer, or a family with its reference."""

    id: UUID
    number: int
    subject: UUID
    family_no: str | None
    standing: Standing


async def insert_upload(actor: Actor, kind: ImportKind, sheet: Sheet, now: datetime) -> UUID:
    id_ = uuid4()
    text = msgspec.json.encode(sheet).decode()
    await CsvImport.insert(
        CsvImport(id=id_, kind=kind, person=actor.person_id, sheet=CsvImport.sheet.seal(id_, text), uploaded_at=now)
    )
    return id_


async def delete_waiting(person_id: UUID, kind: ImportKind) -> None:
    hers = (CsvImport.person == person_id) & (CsvImport.kind == kind) & CsvImport.imported_at.is_null()
    await CsvImport.delete().where(hers)


async def delete_upload(import_id: UUID) -> None:
    await CsvImport.delete().where((CsvImport.id == import_id) & CsvImport.imported_at.is_null())


async def lock_upload(import_id: UUID) -> Upload:
    """Raises NotFound if it is not the actor's."""
    row = await CsvImport.select().where(CsvImport.id == import_id).lock_rows("UPDATE").first()
    if row is None:
        raise NotFound("import")
    sheet = CsvImport.sheet.unseal_if(import_id, row["sheet"])
    return Upload(
        id=import_id,
        kind=ImportKind(row["kind"]),
        sheet=msgspec.json.decode(sheet, type=Sheet) if sheet else None,
        uploaded_at=row["uploaded_at"],
        imported_at=row["imported_at"],
        left_out=row["left_out"] or 0,
        taken_back=row["taken_back"],
    )


async def mark_imported(import_id: UUID, left_out: int, now: datetime) -> None:
    done: dict[Any, Any] = {CsvImport.sheet: None, CsvImport.imported_at: now, CsvImport.left_out: left_out}
    await CsvImport.update(done).where(CsvImport.id == import_id)


async def mark_taken_back(import_id: UUID, count: int) -> None:
    await CsvImport.update({CsvImport.taken_back: count}).where(CsvImport.id == import_id)


SUBJECTS: Final[Mapping[ImportKind, str]] = {ImportKind.VOLUNTEERS: "volunteer", ImportKind.FAMILIES: "family"}


async def insert_made(upload: Upload, number: int, subject: UUID) -> None:
    """After everything about the subject is written."""
    table = SUBJECTS[upload.kind]
    await connection().execute(
        f"insert into imported_row (id, upload, number, {table}, made_hash) values ($1, $2, $3, $4, {table}_state($4))",
        uuid4(), upload.id, number, subject,
    )  # fmt: skip


LIST: Final[Mapping[ImportKind, str]] = {
    ImportKind.VOLUNTEERS: """
        select r.id, r.number, s.id as subject, null as family_no,
          r.made_hash <> volunteer_state(s.id) as changed,
          exists (select from match m where m.volunteer = s.id) as has_match,
          (select p.password_hash is not null from person p where p.id = s.person) as has_signed_in,
          false as asked_again
        from imported_row r join volunteer s on s.id = r.volunteer where r.upload = $1 order by r.number
    """,
    ImportKind.FAMILIES: """
        select r.id, r.number, s.id as subject, s.family_no,
          r.made_hash <> family_state(s.id) as changed,
          exists (select from match m where m.family = s.id) as has_match, false as has_signed_in,
          (select count(*) > 1 from support_request q where q.family = s.id) as asked_again
        from imported_row r join family s on s.id = r.family where r.upload = $1 order by r.number
    """,
}


async def list_made(upload: Upload) -> list[Made]:
    """Those not taken back, in the order of the file."""
    rows = await connection().fetch(LIST[upload.kind], upload.id)
    return [
        Made(
            row["id"],
            row["number"],
            row["subject"],
            row["family_no"],
            Standing(row["has_match"], row["has_signed_in"], row["asked_again"], row["changed"]),
        )
        for row in rows
    ]


async def take_back(actor: Actor, row_id: UUID) -> bool:
    """False, with nothing deleted, where something was changed meanwhile or refers to it."""
    try:
        async with acting_as(actor):
            await connection().execute("select take_back($1)", row_id)
    except IntegrityConstraintViolationError:
        return False
    return True
