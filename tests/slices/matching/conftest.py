"""Whom another test of the module left behind: nobody of them is asked, or waits, in this one."""

import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.kit.database import acting_as
from teamhope.tables.families import SupportRequest


@pytest.fixture
async def no_other_volunteer(db: object) -> None:
    async with acting_as(TESTS):
        await world.Volunteer.update({"max_open_matches": 0}, force=True)


@pytest.fixture
async def no_other_family(db: object) -> None:
    async with acting_as(TESTS):
        await SupportRequest.update({"status": "closed"}, force=True)


@pytest.fixture
async def nobody_else(no_other_volunteer: None, no_other_family: None) -> None:
    pass
