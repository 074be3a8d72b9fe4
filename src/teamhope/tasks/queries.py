"""Rows of tasks, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from teamhope.tables.care import Task
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.states import TaskKind, TaskStatus


@dataclass(frozen=True, slots=True)
class About:
    """What a task is about; `detail` is a code of its kind (a need, a reason), never free text."""

    family: UUID | None = None
    volunteer: UUID | None = None
    call: UUID | None = None
    contact: UUID | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFacts:
    id: UUID
    kind: TaskKind
    detail: str | None
    family: UUID | None
    family_no: str | None
    volunteer: UUID | None
    owner: UUID | None
    opened_at: datetime
    due_on: date
    status: TaskStatus


async def insert_task(
    task_id: UUID, kind: TaskKind, about: About, owner: UUID | None, opened: tuple[UUID | None, datetime, date]
) -> None:
    """`opened` is by whom, when, and the day by which it is due."""
    await Task.insert(
        Task(
            id=task_id,
            kind=kind,
            detail=about.detail,
            family=about.family,
            contact=about.contact,
            volunteer=about.volunteer,
            call=about.call,
            owner=owner,
            opened_by=opened[0],
            opened_at=opened[1],
            due_on=opened[2],
        )
    )


COLUMNS = (
    Task.id, Task.kind, Task.detail, Task.family, Task.family.family_no, Task.volunteer, Task.owner, Task.opened_at,
    Task.due_on, Task.status,
)  # fmt: skip


def _facts(row: Mapping[str, Any]) -> TaskFacts:
    return TaskFacts(
        id=row["id"],
        kind=TaskKind(row["kind"]),
        detail=row["detail"],
        family=row["family"],
        family_no=row["family.family_no"],
        volunteer=row["volunteer"],
        owner=row["owner"],
        opened_at=row["opened_at"],
        due_on=row["due_on"],
        status=TaskStatus(row["status"]),
    )


async def list_open_tasks(limit: int) -> list[TaskFacts]:
    """Those the actor may see, the longest due first."""
    rows = (
        await Task.select(*COLUMNS)
        .where(Task.status == TaskStatus.OPEN)
        .order_by(Task.due_on, Task.opened_at)
        .limit(limit)
    )
    return [_facts(row) for row in rows]


async def kind_of(task_id: UUID) -> TaskKind | None:
    row = await Task.select(Task.kind).where(Task.id == task_id).first()
    return TaskKind(row["kind"]) if row else None


async def is_open(kind: TaskKind, family_id: UUID, detail: str | None = None) -> bool:
    which = (Task.kind == kind) & (Task.family == family_id) & (Task.status == TaskStatus.OPEN)
    return await Task.exists().where(which & (Task.detail == detail) if detail else which)


async def was_opened(about: About, due_on: date) -> bool:
    about_her = (Task.volunteer == about.volunteer) & (Task.detail == about.detail)
    return await Task.exists().where(about_her & (Task.due_on == due_on))


async def close_tasks(kind: TaskKind, about: About, closed: tuple[TaskStatus, UUID | None, datetime]) -> list[UUID]:
    """Every open one of this kind about this family, and contact and detail where they are named; `closed` by whom."""
    which = (Task.kind == kind) & (Task.status == TaskStatus.OPEN) & (Task.family == about.family)
    if about.contact is not None:
        which &= Task.contact == about.contact
    if about.detail is not None:
        which &= Task.detail == about.detail
    rows = (
        await Task.update({Task.status: closed[0], Task.closed_by: closed[1], Task.closed_at: closed[2]})
        .where(which)
        .returning(Task.id)
    )
    return [row["id"] for row in rows]


async def close_task(task_id: UUID, status: TaskStatus, closed_by: UUID | None, now: datetime) -> None:
    """Raises NotFound unless it is open and the actor may see it."""
    open_task = (Task.id == task_id) & (Task.status == TaskStatus.OPEN)
    closed = (
        await Task.update({Task.status: status, Task.closed_by: closed_by, Task.closed_at: now})
        .where(open_task)
        .returning(Task.id)
    )
    if not closed:
        raise NotFound("task")
