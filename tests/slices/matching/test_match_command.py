"""`teamhope match`: the same assignment as the page, without anybody's name."""

from typing import Any

import msgspec
import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching.cli import match_text
from teamhope.tables.matches import Match

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


@pytest.fixture
async def waiting(nobody_else: None) -> tuple[world.ARequest, world.ARequest, world.AVolunteer]:
    """A family that she fits, and one that nobody does."""
    fitting = await world.family_request(trajectory="recovered_reuniting")
    other = await world.family_request(trajectory="recovered_reuniting", languages=[("vi", "native")])
    return fitting, other, await world.volunteer()


def rows(text: str) -> dict[str, dict[str, Any]]:
    return {row["family_no"]: row for row in msgspec.json.decode(text)["requests"]}


async def test_it_only_shows(waiting: Any) -> None:
    fitting, other, vera = waiting
    shown = rows(await match_text("json", NOW, apply=False))
    assert shown[fitting.family_no]["volunteer_id"] == str(vera.id)
    assert (shown[other.family_no]["volunteer_id"], shown[other.family_no]["volunteers_who_fit"]) == (None, 0)
    async with acting_as(TESTS):
        assert not await Match.exists().where(Match.request == fitting.id)


async def test_it_asks_when_told_to(waiting: Any) -> None:
    fitting, _, vera = waiting
    match_id = rows(await match_text("json", NOW, apply=True))[fitting.family_no]["match_id"]
    async with acting_as(TESTS):
        row = await Match.select().where(Match.request == fitting.id).first()
    assert row is not None
    assert (str(row["id"]), row["status"], row["volunteer"]) == (match_id, "proposed_to_volunteer", vera.id)
    assert rows(await match_text("json", NOW, apply=True)).keys() == {waiting[1].family_no}


async def test_the_table_names_references_and_nobody(waiting: Any) -> None:
    fitting, other, vera = waiting
    text = await match_text("table", NOW, apply=False)
    assert f"{fitting.family_no:<14} {vera.id}" in text
    assert f"{other.family_no:<14} nobody" in text
    assert "1 of 2 have a volunteer" in text
    assert not [name for name in (vera.name, fitting.first_name, fitting.number) if name in text]
