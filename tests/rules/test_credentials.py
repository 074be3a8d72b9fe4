"""When a volunteer's credential ends, and who is told from which day on."""

from datetime import date, timedelta

import pytest

from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind
from teamhope.volunteers.rules_credentials import ending

TODAY = date(2028, 2, 29)


def hers(until: date | None) -> dict[CredentialKind, date | None]:
    return {**dict.fromkeys(MANDATORY_CREDENTIALS, None), CredentialKind.CORE_TRAINING: until}


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (31, None),
        (30, "credential_30"),
        (15, "credential_30"),
        (14, "credential_14"),
        (4, "credential_14"),
        (3, "credential_3"),
        (0, "credential_3"),
        (-1, "credential_expired"),
        (-400, "credential_expired"),
    ],
)
def test_each_step_begins_on_its_day(days: int, code: str | None) -> None:
    until = TODAY + timedelta(days=days)
    found = ending(hers(until), TODAY)
    assert (found.code if found else None) == code
    assert found is None or found.until == until
    assert found is None or found.is_over == (days < 0)


def test_what_never_ends_or_is_not_mandatory_does_not_end() -> None:
    assert ending(hers(None), TODAY) is None
    assert ending({}, TODAY) is None
    assert ending({**hers(None), CredentialKind.SURVIVOR_TRAINING: TODAY - timedelta(days=9)}, TODAY) is None
