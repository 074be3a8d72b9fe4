"""The looks of tests/canaries.py see what they are for: a leak planted in each of the places is found."""

import subprocess
import sys
from pathlib import Path

import asyncpg
import httpx
import pytest
from tests import world
from tests.canaries import MARK, Leak, look, look_at_answer, look_at_dump

from teamhope import worker
from teamhope.kit.embedded_roles import Addresses

ROOT = Path(__file__).parents[3]
NAME = f"Fay{MARK}7"


def an_answer(path: str, body: str = "", status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, text=body, headers=headers, request=httpx.Request("GET", f"https://site.test{path}"))


PLANTED = {
    "an address": an_answer(f"/families?name={NAME}"),
    "a number in an address": an_answer("/families?phone=202-555-0143"),
    "a redirect": an_answer("/families", status=303, location=f"/families/{NAME}"),
    "a title": an_answer("/families", f"<title>{NAME}</title>"),
    "a refusal": an_answer("/families", f"no {NAME} here", 404),
    "metrics": an_answer("/metrics", f'calls{{who="{NAME}"}} 1'),
    "a report": an_answer("/reports/2026", NAME),
    "a report's number": an_answer("/api/v1/reports/2026", "+12025550143"),
}


@pytest.mark.parametrize("leak", PLANTED)
async def test_a_leak_is_seen_in(leak: str) -> None:
    with pytest.raises(Leak):
        await look_at_answer(PLANTED[leak])


@pytest.mark.parametrize(
    "harmless",
    [
        an_answer("/families", f"<title>Families</title><p>{NAME}"),
        an_answer("/requests/new", f"not right: {NAME}", 422),
        an_answer("/families/d1cfd555-0105-4d1c-8f5d-eaaa9e484462"),
    ],
)
async def test_what_must_be_shown_is_no_leak(harmless: httpx.Response) -> None:
    await look_at_answer(harmless)


PRINTS = f"""
import logging, subprocess, sys
def test_prints(): print("{NAME}")
def test_complains(): print("{NAME}", file=sys.stderr)
def test_logs(): logging.getLogger("anybody").warning("called {NAME}")
def test_starts_a_process(): subprocess.run(["echo", "{NAME}"], check=True)
def test_is_silent(): pass
"""


def test_what_a_test_prints_is_looked_at(tmp_path: Path) -> None:
    tmp_path.joinpath("conftest.py").write_text("from tests.conftest import pytest_runtest_makereport\n")
    tmp_path.joinpath("test_prints.py").write_text(PRINTS)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    told = subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert "4 failed, 1 passed" in told.stdout


@pytest.mark.parametrize(
    ("add", "remove"),
    [
        ("insert into team values (gen_random_uuid(), $1)", "delete from team where name = $1"),
        (
            "insert into opted_out_number values (convert_to($1, 'UTF8'), now())",
            "delete from opted_out_number where number_index = convert_to($1, 'UTF8')",
        ),
    ],
)
async def test_a_dump_is_looked_at(db: Addresses, add: str, remove: str) -> None:
    await world.match(await world.family_request(), await world.volunteer())
    look_at_dump(db.owner)
    owner = await asyncpg.connect(db.owner)
    await owner.execute(add, NAME)
    with pytest.raises(Leak):
        look_at_dump(db.owner)
    await owner.execute(remove, NAME)
    await owner.close()


def test_recurring_jobs_are_given_no_facts() -> None:
    """What APScheduler holds of a job is its name and its pace; it is never given a row, a name or a number."""
    ticks = worker._clock_of([worker.Lane(job) for job in worker.jobs_of(None)])
    for job in ticks.get_jobs():
        assert not job.args
        assert not job.kwargs
        look("job", repr(job))
