"""Hundreds of histories of families: no mark of who is over, every figure as it was (security.md §4, 17)."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.slices.retention.histories import assert_history, histories

from teamhope.kit.embedded_roles import Addresses

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(3600)]
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HISTORIES = 200


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=SLOW)
@given(told=histories)
async def test_any_history(db: Addresses, tmp_path: Path, told: list[dict[str, Any]]) -> None:
    await assert_history(db, told, tmp_path)
