"""How long a wrong password waits, and who may be sent a text."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from teamhope.accounts import rules
from teamhope.accounts.policy import PERMISSIONS
from teamhope.accounts.rules import StaffFacts
from teamhope.accounts.web_cookies import own_path
from teamhope.vocabulary.people import PROCESS_ROLES, Can, PersonStatus

STAFF = StaffFacts(uuid4(), PersonStatus.ACTIVE, agreed_to_sms=True, phone="+14155550101", language="es")


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (3, 0), (4, 1), (5, 2), (7, 8), (10, 60), (10_000, 60)])
def test_the_delay_grows_to_a_minute_and_no_further(failures: int, seconds: int) -> None:
    assert rules.delay_after(failures) == timedelta(seconds=seconds)


def test_ten_wrong_passwords_wait_thirty_seconds_at_least() -> None:
    assert rules.delay_after(10) >= timedelta(seconds=30)


@pytest.mark.parametrize(
    "change", [{"status": PersonStatus.SUSPENDED}, {"agreed_to_sms": False}, {"phone": None}, {"phone": ""}]
)
def test_nobody_is_texted_unless_all_of_it_is_true(change: dict[str, object]) -> None:
    recipient = rules.may_notify(STAFF)
    assert recipient is not None
    assert (recipient.phone, recipient.language) == ("+14155550101", "es")
    assert rules.may_notify(replace(STAFF, **change)) is None


def test_every_permission_is_in_the_table_and_no_process_holds_one() -> None:
    assert set(PERMISSIONS) == set(Can)
    assert not any(PROCESS_ROLES & roles for roles in PERMISSIONS.values())
    assert all(PERMISSIONS.values())


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "", None, "/a\nb"]
)
def test_no_path_leads_away(path: str | None) -> None:
    assert own_path(path) == "/"


def test_a_path_of_ours_is_kept() -> None:
    assert own_path("/calls/1?x=2") == "/calls/1?x=2"


@pytest.mark.parametrize("change", [{"status": PersonStatus.SUSPENDED}, {"phone": None}, {"phone": ""}])
def test_nobody_is_rung_unless_active_and_with_a_telephone(change: dict[str, object]) -> None:
    unasked = replace(STAFF, agreed_to_sms=False)
    recipient = rules.may_ring(unasked)
    assert recipient is not None
    assert recipient.phone == "+14155550101"
    assert rules.may_ring(replace(unasked, **change)) is None
