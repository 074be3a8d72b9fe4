"""A wrong or unsafe setting is one sentence that names it."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from teamhope import settings as configuration
from teamhope.settings import SettingProblem, Settings

KEY, OTHER = (base64.b64encode(byte * 32).decode() for byte in (b"a", b"b"))
SAFE = Settings(secret_key="s" * 32, encryption_keys=(KEY,), lookup_key=OTHER, public_url="https://hope.example.org")


def test_nothing_set_is_a_machine_of_ones_own() -> None:
    settings = configuration.load({})
    assert settings.embedded
    assert not settings.telephone


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "hope.example.org"),
        ("LEAVE_URL", "http://plain.example.org"),
        ("REPORT_TIMEZONE", "Mars/Olympus"),
        ("REPORT_TIMEZONE", "../../etc/passwd"),
        ("DEFAULT_LANGUAGE", "fr"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_malformed_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingProblem, match=f"TEAMHOPE_{name}: "):
        configuration.load({f"TEAMHOPE_{name}": value})


def test_twilio_needs_all_of_its_three() -> None:
    with pytest.raises(SettingProblem, match="TWILIO_AUTH_TOKEN"):
        configuration.load({"TEAMHOPE_TWILIO_ACCOUNT_SID": "AC1"})
    with pytest.raises(SettingProblem, match="TWILIO_NUMBER"):
        configuration.load({"TEAMHOPE_TWILIO_ACCOUNT_SID": "AC1", "TEAMHOPE_TWILIO_AUTH_TOKEN": "t"})


def test_a_secret_may_come_from_a_file_but_not_twice(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    assert configuration.load({"TEAMHOPE_SECRET_KEY_FILE": str(secret)}).secret_key == "from a file"
    with pytest.raises(SettingProblem, match="set twice"):
        configuration.load({"TEAMHOPE_SECRET_KEY_FILE": str(secret), "TEAMHOPE_SECRET_KEY": "here too"})
    with pytest.raises(SettingProblem, match="SECRET_KEY_FILE"):
        configuration.load({"TEAMHOPE_SECRET_KEY_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"encryption_keys": ()}, "ENCRYPTION_KEYS"),
        ({"encryption_keys": ("not base64",)}, "ENCRYPTION_KEYS"),
        ({"lookup_key": ""}, "LOOKUP_KEY"),
        ({"lookup_key": KEY}, "LOOKUP_KEY"),
        ({"public_url": "http://hope.example.org"}, "PUBLIC_URL"),
        ({"owner_database_url": "postgresql://owner@db/teamhope"}, "OWNER_DATABASE_URL"),
    ],
)
def test_serving_refuses_what_is_unsafe(change: dict[str, object], named: str) -> None:
    configuration.refuse_unsafe(SAFE)
    with pytest.raises(SettingProblem, match=f"TEAMHOPE_{named}: "):
        configuration.refuse_unsafe(replace(SAFE, **change))


def test_secrets_are_not_shown() -> None:
    shown = repr(replace(SAFE, database_url="postgresql://app:pass@db/x", twilio_auth_token="tok"))
    assert "s" * 32 not in shown
    assert KEY not in shown
    assert "pass" not in shown
    assert "tok" not in shown.replace("twilio", "")
