"""The processes: web and worker of a production, and the demonstration that is both in one."""

import asyncio
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import structlog
import uvicorn

from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.calls.service_zone import check_report_zone
from teamhope.cli_errors import MISDIRECTED
from teamhope.demonstration import ask_to_stop_on_signals, demonstrate
from teamhope.deployment import deployed, environment_of
from teamhope.kit import logs
from teamhope.kit.database import UNAVAILABLE, pool_of
from teamhope.kit.serving import PLAIN, listen
from teamhope.operations.service import refuse_unfit
from teamhope.settings import Settings
from teamhope.vocabulary.people import command
from teamhope.worker import run

log = structlog.get_logger()
SECONDS_TO_FINISH = 20  # for requests under way at a stop; docker-compose.yml waits longer
PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--port", default=8000, show_default=True, type=PORT, help="On this machine only.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where its data is kept.")
@click.option("--password", help="For all its people; else one is made and kept.")
def demo(port: int, data_dir: Path | None, password: str | None) -> None:
    """Run everything on this machine with clearly fake data, and print a sign-in for each role."""
    demonstrate(configuration.load(), port, data_dir, password)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for every network of the machine.")
@click.option("--port", default=8000, show_default=True, type=PORT)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages and the API."""
    given = configuration.load()
    with deployed(given) as place:
        _prepare(place.settings)
        listen(host, port).close()
        asyncio.run(_refuse_unfit_if_it_answers(place.settings, "serve"))
        os.environ.update(environment_of(place.settings, given))
        log.info("serving", host=host, port=port)
        uvicorn.run(
            "teamhope.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            **PLAIN,
        )


@click.command()
def worker() -> None:
    """Do what is due: reminders, clean-up. Any number of them may run."""
    with deployed(configuration.load()) as place:
        _prepare(place.settings)
        asyncio.run(_work(place.settings))


def _prepare(settings: Settings) -> None:
    configuration.refuse_unsafe(settings)
    if not settings.database_url:
        raise configuration.SettingProblem("database_url", "is missing.")
    logs.configure(settings.log_level)
    compose(settings)


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    ask_to_stop_on_signals(stop)
    await _refuse_unfit_if_it_answers(settings, "worker")
    log.info("working")
    async with pool_of(settings.database_url):
        await run(settings, stop)
    log.info("stopped")


async def _refuse_unfit_if_it_answers(settings: Settings, name: str) -> None:
    """A database that is away is waited for: pages answer 503 and /readyz is red until it is back."""
    async with pool_of(settings.database_url, most=1):
        try:
            await refuse_unfit(command(name))
            await check_report_zone(ZoneInfo(settings.report_timezone))
        except MISDIRECTED:
            raise
        except UNAVAILABLE as problem:
            log.warning("database_unavailable", error_type=type(problem).__name__)
