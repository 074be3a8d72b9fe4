"""Whatever has happened: who is over is found nowhere, everybody else is whole, and the report says what it said."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.slices.retention.histories import assert_history, histories

from teamhope.kit.embedded_roles import Addresses

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.timeout(120)
@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
@given(told=histories)
async def test_any_history(db: Addresses, tmp_path: Path, told: list[dict[str, Any]]) -> None:
    await assert_history(db, told, tmp_path)
