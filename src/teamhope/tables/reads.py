"""Which personal values a transaction opened, and for whom; told just before its COMMIT, so kept with it or not at all.

Worker, doorkeeper and commands are not readers: what they open, they show to nobody. A process that acts inside a
person's transaction opens it for her.
"""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from teamhope.kit.database import Identity, OutsideTransaction, acting, before_commit
from teamhope.vocabulary.people import PROCESS_ROLES

Row = tuple[str, UUID]  # table, id
Recorder = Callable[[Identity, Sequence[Row]], Awaitable[None]]

_recorder: Recorder | None = None


class NobodyRecords(RuntimeError):
    """A personal value was opened in a process that records no reads."""


def record_with(recorder: Recorder) -> None:
    """Called once by each composition root."""
    global _recorder  # noqa: PLW0603 - one per process, like the key ring
    _recorder = recorder


class Reads:
    """Each row once for each reader, in the order of reading."""

    def __init__(self) -> None:
        self.rows: dict[Identity, dict[Row, None]] = {}

    async def __call__(self) -> None:
        for reader, rows in self.rows.items():
            await _the_recorder()(reader, list(rows))


def note(table: str, row_id: UUID, *, own: bool) -> None:
    """`own`: of her own row the person is no reader. Raises OutsideTransaction, NobodyRecords."""
    actors = acting()
    if not actors:
        raise OutsideTransaction(f"{table} was read")
    reader = next((actor for actor in reversed(actors) if actor.role not in PROCESS_ROLES), None)
    if reader is None or (own and reader.person_id == row_id):
        return
    _the_recorder()
    before_commit(Reads).rows.setdefault(reader, {})[table, row_id] = None


def _the_recorder() -> Recorder:
    if _recorder is None:
        raise NobodyRecords
    return _recorder
