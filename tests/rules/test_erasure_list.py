"""The list of erased families: whole lines of our own are believed, others are named, and only ids are in it."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import KEYS

from teamhope.kit import crypto
from teamhope.retention.erasure_list import Erasure, ErasureListProblem, append, list_in_use, read

NOW = datetime(2031, 6, 15, 3, 30, tzinfo=UTC)
STRANGER = crypto.KeyRing(keys=KEYS.keys, lookup=b"x" * 32, signing=KEYS.signing)
ROTATED = crypto.KeyRing(keys=(b"n" * 32, *KEYS.keys), lookup=KEYS.lookup, signing=b"n" * 32)


@pytest.fixture
def listed(tmp_path: Path) -> tuple[Path, list[UUID]]:
    path, families = tmp_path / "backups" / "erasures.jsonl", [uuid4() for _ in range(3)]
    for family in families:
        append(path, [family], NOW)
    return path, families


def test_without_a_file_nobody_was_erased(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == ((), ())


def test_what_was_appended_is_read_in_order(listed: tuple[Path, list[UUID]]) -> None:
    path, families = listed
    assert read(path) == (tuple(Erasure(family, NOW) for family in families), ())


def test_only_its_owner_reads_it_and_it_holds_ids_alone(listed: tuple[Path, list[UUID]]) -> None:
    path, families = listed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [set(line) for line in lines] == [{"family", "erased_at", "hmac"}] * 3
    assert [UUID(line["family"]) for line in lines] == families


@pytest.mark.parametrize(
    "forge",
    [
        lambda line: line.replace(json.loads(line)["family"], str(uuid4())),
        lambda line: line.replace("2031", "2030"),
        lambda line: line[:-1] + ', "name": "Ann"}',
        lambda line: line[: len(line) // 2],
        lambda line: "",
        lambda line: "\u00e9",
    ],
)
def test_a_line_that_is_not_ours_is_named(listed: tuple[Path, list[UUID]], forge: object) -> None:
    path, families = listed
    lines = path.read_text().splitlines()
    lines[1] = forge(lines[1])  # type: ignore[operator]
    path.write_text("\n".join(lines) + "\n")
    found, wrong = read(path)
    assert wrong == (2,)
    assert [each.family for each in found] == [families[0], families[2]]


def test_another_deployments_list_is_not_believed(listed: tuple[Path, list[UUID]]) -> None:
    crypto.use_keys(STRANGER)
    try:
        assert read(listed[0]) == ((), (1, 2, 3))
    finally:
        crypto.use_keys(KEYS)


def test_rotated_keys_read_it_still(listed: tuple[Path, list[UUID]]) -> None:
    crypto.use_keys(ROTATED)
    try:
        assert read(listed[0])[1] == ()
    finally:
        crypto.use_keys(KEYS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.integers(min_value=0, max_value=400))
def test_a_torn_end_is_tolerated_and_mended(tmp_path: Path, kept: int) -> None:
    """Wherever a crash cut the file off: the lines before stand, and the next one is whole."""
    path, families = tmp_path / f"{uuid4()}.jsonl", [uuid4(), uuid4()]
    append(path, families, NOW)
    whole = path.read_bytes()
    path.write_bytes(whole[:kept])
    complete = whole[:kept].count(b"\n") + (kept + 1 in {len(whole), whole.index(b"\n") + 1})
    assert read(path) == (tuple(Erasure(family, NOW) for family in families[: min(complete, 2)]), ())
    later = uuid4()
    append(path, [later], NOW)
    assert read(path) == (tuple(Erasure(each, NOW) for each in (*families[: min(complete, 2)], later)), ())


def test_a_list_that_cannot_be_written_stops_the_erasure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ErasureListProblem, match="cannot be written"):
        append(tmp_path / "file" / "erasures.jsonl", [uuid4()], NOW)


def test_a_process_that_was_given_no_list_erases_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teamhope.retention.erasure_list._path", None)
    with pytest.raises(ErasureListProblem):
        list_in_use()
