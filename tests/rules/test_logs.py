"""Only what is on the list is logged, whoever logs."""

import json
import logging

import pytest
import structlog

from teamhope.kit import logs

CANARY = "Maria-Canary-555-0199"


@pytest.fixture
def _logging() -> None:
    before = logging.getLogger().handlers[:]
    logs.configure("INFO")
    yield
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging")
def test_a_field_that_is_not_on_the_list_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("call_logged", count=1, note=CANARY, phone=CANARY)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["count"]) == ("call_logged", 1)
    assert CANARY not in str(line)


@pytest.mark.usefixtures("_logging")
def test_other_peoples_loggers_do_not_put_values_into_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("asyncpg").warning("query failed for %s", CANARY)
    logging.getLogger("somebody").warning(f"failed for {CANARY}")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("a.web.server").exception("Exception in ASGI application")
    out = capsys.readouterr().out
    assert CANARY not in out
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["foreign_log"] * 3
    assert "ValueError" in out
