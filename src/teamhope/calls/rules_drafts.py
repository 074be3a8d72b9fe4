"""How long a note that is being typed is kept, and when two windows have written different ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

KEPT_FOR: Final = timedelta(hours=72)  # ux.md §3.0


@dataclass(frozen=True, slots=True)
class Typed:
    """What a window sends: its own key, and the version of the note that it has read or written last (0: none)."""

    note: str
    form_key: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is kept. `form_key` is of the window in which it was typed last."""

    note: str
    version: int
    form_key: UUID
    updated_at: datetime


def conflict(saved: Draft, typed: Typed) -> bool:
    """Whether another window has written something that this one does not know.

    A window never conflicts with itself: of its own requests one may have been given up by the browser.
    """
    return saved.form_key != typed.form_key and saved.version > typed.version and saved.note != typed.note
