"""Ranking in one pass in C (one_pass.c), where this machine has a C compiler: the limit that ranking is measured by."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_care import FAILED
from teamhope.matching.rules_facts import PASTS, STATUSES, UNKNOWN, Need, Offers, Past, Tables
from teamhope.vocabulary.states import VolunteerStatus

SOURCE = Path(__file__).with_name("one_pass.c")
COLUMNS = (
    *("status", "credential_until", "load", "capacity", "away_from", "away_until", "last_matched", "order"),
    *("strain", "week_calls", "most_calls", "acute_places", "talk_due", "resting"),
    *("languages", "gender", "community", "state", "case_type", "group", "relation", "trajectory", "subtypes"),
    *("event_month", "age_band", "child_gender", "survivor_until", "past", "connected", "off_today", "off_case_type"),
    *("off_subtype", "off_trajectory", "off_state", "open", "starts"),
)
SIZES = ("volunteers", "experiences", "credentials")
NUMBERS = (
    *("today", "case_type", "group", "relation", "trajectory", "subtypes", "state", "language", "level", "month"),
    *(
        "age_band",
        "child_gender",
        "weekly_calls",
        "hurts_with",
        "survivor",
        "acute",
        "experienced",
        "gender",
        "same_relation",
        "outside_state",
    ),
    *("wished_gender", "wished_community", "active", "probation", "went_well"),
)


def _numbers(names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, ctypes.c_int64) for name in names]


def _pointers(names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, ctypes.c_void_p) for name in names]


class COffers(ctypes.Structure):
    _fields_: ClassVar = [*_numbers(SIZES), *_pointers(COLUMNS)]


class CNeed(ctypes.Structure):
    _fields_: ClassVar = [
        *_numbers(NUMBERS),
        *_pointers(("trajectory_value", "role_value")),
        *_numbers(("trajectories", "relations")),
        *_pointers(("open", "starts", "failed")),
    ]


class Found(ctypes.Structure):
    _fields_: ClassVar = [("score", ctypes.c_int32), ("row", ctypes.c_int32)]


class OnePass:
    """The compiled pass over these volunteers; the arrays whose addresses it holds are kept beside it."""

    def __init__(self, library: ctypes.CDLL, offers: Offers, tables: Tables) -> None:
        self.library, self.tables, self.kept = (
            library,
            tables,
            [np.ascontiguousarray(getattr(offers, c)) for c in COLUMNS],
        )
        sizes = (len(offers), len(offers.case_type), len(offers.credential_until))
        self.offers = COffers(*sizes, *(column.ctypes.data for column in self.kept))

    def need(self, need: Need) -> tuple[CNeed, list[NDArray[np.generic]]]:
        """As C reads it, and the arrays that it points to."""
        values = [np.ascontiguousarray(self.tables.trajectory_value[need.trajectory]),
                  np.ascontiguousarray(self.tables.role_value[need.relation])]  # fmt: skip
        weeks = [np.ascontiguousarray(need.hours.open[:, 0]), np.ascontiguousarray(need.hours.starts[:, 0])]
        failed = np.array([past in FAILED for past in PASTS], np.int8)
        kept = [*values, *weeks, failed]
        numbers = [_number_of(need, name) for name in NUMBERS]
        story, role, *others = (array.ctypes.data for array in kept)
        return CNeed(*numbers, story, role, len(values[0]) - 1, len(values[1]) - 1, *others), kept

    def rank(self, need: CNeed, limit: int) -> list[tuple[int, int]]:
        """(row, score) of the best, best first."""
        best = (Found * limit)()
        count = self.library.rank(ctypes.byref(self.offers), ctypes.byref(need), best, ctypes.c_int64(limit))
        return [(each.row, each.score) for each in best[:count]]


def _number_of(need: Need, name: str) -> int:
    own = {
        "language": need.languages[0][0],
        "level": need.languages[0][1],
        "active": STATUSES.index(VolunteerStatus.ACTIVE),
        "probation": STATUSES.index(VolunteerStatus.PROBATION),
        "went_well": PASTS.index(Past.WENT_WELL),
    }
    number = own[name] if name in own else getattr(need, name)
    return UNKNOWN if number is None else int(number)


def compiled() -> ctypes.CDLL | None:
    """None where there is no compiler."""
    compiler = shutil.which("cc")
    if not compiler:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder, "one_pass.so"))
        options = ["-O3", "-march=native", "-shared", "-fPIC"]
        subprocess.run([compiler, *options, "-o", target, str(SOURCE)], check=True)  # noqa: S603 - our own source
        library = ctypes.CDLL(target)
    library.rank.restype = ctypes.c_int64
    return library
