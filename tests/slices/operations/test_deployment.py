"""Keys kept in DATA_DIR, and what a process refuses to serve."""

import threading
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.app_kit import somebody
from tests.conftest import KEYS

from teamhope import problems
from teamhope.app import compose
from teamhope.cli_errors import sentence_of
from teamhope.deployment import Deployment, data_dir_of, environment_of, kept_secret, with_kept_keys
from teamhope.kit import crypto
from teamhope.kit.crypto import KeyRing
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations.service import Unfit, claim_for_demonstration, refuse_unfit
from teamhope.settings import SettingProblem, Settings, load, refuse_unsafe
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Role, command

TESTS = command("tests")


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = with_kept_keys(Settings(data_dir=tmp_path))
    assert with_kept_keys(Settings(data_dir=tmp_path)) == first
    refuse_unsafe(first)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_that_was_given_is_used_and_not_kept(tmp_path: Path) -> None:
    given = Settings(data_dir=tmp_path, secret_key="s" * 40)
    assert with_kept_keys(given).secret_key == "s" * 40
    assert not (tmp_path / "keys/secret_key").exists()


def test_starts_at_the_same_moment_agree_on_one_secret(tmp_path: Path) -> None:
    numbers, found = iter(range(100)), []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(kept_secret(tmp_path, "word", lambda: f"secret {next(numbers)}"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["word"]


def test_children_are_told_only_what_the_environment_lacks() -> None:
    given = Settings(secret_key="s" * 40)
    complete = replace(given, database_url="postgresql://x", encryption_keys=("new", "old"), lookup_key="l")
    told = environment_of(complete, given)
    assert told == {
        "TEAMHOPE_DATABASE_URL": "postgresql://x",
        "TEAMHOPE_ENCRYPTION_KEYS": "new old",
        "TEAMHOPE_LOOKUP_KEY": "l",
    }
    assert load({**told, "TEAMHOPE_SECRET_KEY": "s" * 40}) == complete


def test_an_address_that_is_missing_is_named() -> None:
    with pytest.raises(SettingProblem, match="TEAMHOPE_OWNER_DATABASE_URL"):
        _ = Deployment(Settings(database_url="postgresql://x"), "").owner_url
    with pytest.raises(SettingProblem, match="TEAMHOPE_DATABASE_URL"):
        _ = Deployment(Settings(owner_database_url="postgresql://x"), "postgresql://x").database_url


def test_a_chosen_folder_is_never_replaced(tmp_path: Path) -> None:
    assert data_dir_of(Settings(data_dir=tmp_path)) == tmp_path


async def test_real_people_and_a_demonstration_never_share_a_database(db: Addresses) -> None:
    await refuse_unfit(TESTS)
    await claim_for_demonstration(TESTS)
    await somebody(Role.ADMIN, "demo@example.org")
    await claim_for_demonstration(TESTS)
    with pytest.raises(Unfit, match="demonstration accounts"):
        await refuse_unfit(TESTS)


async def test_a_database_of_real_people_is_no_demonstration(db: Addresses) -> None:
    await somebody(Role.ADMIN, "real@example.org")
    owner = await asyncpg.connect(db.owner)
    await owner.execute("update installation set demonstration = false")
    await owner.close()
    with pytest.raises(Unfit, match="real people"):
        await claim_for_demonstration(TESTS)
    await refuse_unfit(TESTS)


@pytest.mark.parametrize(
    "ring",
    [
        KeyRing(keys=(b"o" * 32,), lookup=KEYS.lookup, signing=KEYS.signing),
        KeyRing(keys=KEYS.keys, lookup=b"o" * 32, signing=KEYS.signing),
    ],
    ids=["encryption", "lookup"],
)
async def test_keys_that_do_not_fit_the_data_are_seen_at_the_start(
    db: Addresses, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody(Role.ADMIN, f"{ring.keys[0][:1].hex()}{ring.lookup[:1].hex()}@example.org")
    monkeypatch.setattr(crypto, "_ring", ring)
    with pytest.raises(Unfit, match="other keys"):
        await refuse_unfit(TESTS)


def test_a_command_tells_a_slices_refusal_as_a_page_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "SENTENCES", {})
    monkeypatch.setattr(crypto, "_ring", None)
    key = b64encode(b"k" * 32).decode()
    compose(Settings(secret_key="s" * 40, encryption_keys=(key,), lookup_key=key))
    refusal = Invalid.field("year", "year_out_of_range", first=2000, last=2026)
    assert sentence_of(refusal) == "Choose a year from 2000 to 2026."
