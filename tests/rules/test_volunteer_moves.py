"""From when a volunteer is ready, and what each move of her state still asks for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.rules import BEFORE_TRAINING, MOVES
from teamhope.volunteers.rules_moves import Lack, Standing, lacks, moves, ready_from

V = VolunteerStatus
TODAY = date(2026, 11, 29)
LONG_AGO = date(2020, 1, 1)
ALL = dict.fromkeys(MANDATORY_CREDENTIALS, None)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([date(2025, 9, 1)], date(2027, 3, 1)),
        ([date(2025, 6, 1)], date(2026, 12, 1)),
        ([date(2024, 12, 1)], date(2026, 6, 1)),
        ([date(2019, 2, 1), date(2025, 9, 1)], date(2027, 3, 1)),  # the latest counts
        ([date(2019, 2, 1), None], None),
        ([None], None),
        ([], None),
    ],
)
def test_she_is_ready_18_months_after_the_latest(events: list[date | None], expected: date | None) -> None:
    assert ready_from(events, 18) == expected


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_the_months_are_counted_as_matching_counts_them(day: date, months: int) -> None:
    event = day.replace(day=1)
    ready = ready_from([event], months)
    assert ready is not None
    assert (ready.year - event.year) * 12 + ready.month - event.month == months
    assert ready.day == 1


def standing(status: VolunteerStatus, **over: object) -> Standing:
    facts: dict[str, object] = {"credentials": ALL, "ready_from": LONG_AGO, "families": 0}
    return Standing(status, **(facts | over))  # type: ignore[arg-type]


MISSING_SCREENING = tuple(sorted(BEFORE_TRAINING))
MISSING_TRAINING = tuple(sorted(MANDATORY_CREDENTIALS - BEFORE_TRAINING))


@pytest.mark.parametrize(
    ("status", "target", "over", "expected"),
    [
        (V.APPLICANT, V.SCREENING, {}, ()),
        (V.APPLICANT, V.SCREENING, {"ready_from": TODAY.replace(day=1)}, ()),
        (
            V.APPLICANT,
            V.SCREENING,
            {"ready_from": date(2026, 12, 1)},
            (Lack("not_ready_yet", month=date(2026, 12, 1)),),
        ),
        (V.APPLICANT, V.SCREENING, {"ready_from": None}, (Lack("month_not_known"),)),
        (V.ALUMNI, V.SCREENING, {"ready_from": None}, (Lack("month_not_known"),)),
        (V.APPLICANT, V.REJECTED, {"ready_from": None, "credentials": {}}, ()),
        (
            V.SCREENING,
            V.TRAINING,
            {"credentials": {}},
            (Lack("credentials_lacking", kinds=MISSING_SCREENING),),
        ),
        (V.SCREENING, V.TRAINING, {"credentials": dict.fromkeys(BEFORE_TRAINING, None)}, ()),
        (
            V.TRAINING,
            V.PROBATION,
            {"credentials": dict.fromkeys(BEFORE_TRAINING, None)},
            (Lack("credentials_lacking", kinds=MISSING_TRAINING),),
        ),
        (
            V.SUSPENDED,
            V.ACTIVE,
            {"credentials": ALL | {CredentialKind.BACKGROUND_CHECK: date(2026, 11, 28)}},
            (Lack("credentials_lacking", kinds=(CredentialKind.BACKGROUND_CHECK,)),),
        ),
        (V.ON_BREAK, V.ACTIVE, {"families": 2}, ()),
        (V.ACTIVE, V.ON_BREAK, {"families": 2}, (Lack("volunteer_has_families", families=2),)),
        (V.ACTIVE, V.ALUMNI, {"families": 1, "credentials": {}}, (Lack("volunteer_has_families", families=1),)),
    ],
)
def test_what_a_move_asks_for(
    status: VolunteerStatus, target: VolunteerStatus, over: dict[str, object], expected: tuple[Lack, ...]
) -> None:
    assert lacks(standing(status, **over), target, TODAY) == expected


@pytest.mark.parametrize("status", V)
def test_every_move_of_the_machine_is_named_and_no_other(status: VolunteerStatus) -> None:
    assert moves(standing(status), TODAY).keys() == MOVES[status]
