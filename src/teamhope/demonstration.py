"""Everything on this machine, for a first look: embedded database, fake people, fake telephone, web and worker."""

import asyncio
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import click

from teamhope.app import compose, create_app
from teamhope.demo.rules_staff import DemoSignIn
from teamhope.demo.service import DEMO, load
from teamhope.deployment import deployed, kept_secret
from teamhope.kit import clock, logs, migrations
from teamhope.kit.database import pool_of
from teamhope.kit.serving import listen, serving
from teamhope.operations.service import Unfit, claim_for_demonstration
from teamhope.settings import Settings
from teamhope.telephony.fake import create_fake
from teamhope.telephony.fake_handsets import Handset, Talk
from teamhope.worker import run

HOST: Final = "127.0.0.1"  # its passwords are printed for everybody: other machines have no business here
FAKE_ACCOUNT: Final = "AC" + "0" * 32
FAKE_NUMBER: Final = "+12025550100"
BY_HAND: Final = Handset(by_hand=True, keys=("1",) * 9, talks=(Talk(12 * 60),) * 9)  # else it does this by itself
PATIENCE_SECONDS: Final = 30
LETTERS: Final = "letters"
ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demonstrate(given: Settings, port: int, data_dir: Path | None, password: str | None) -> None:
    """Runs until Ctrl-C or SIGTERM; then everything it started is stopped, and the data is kept.

    Raises AddressTaken, EmbeddedPostgresError, or Unfit for a database of real people.
    """
    with listen(HOST, port) as listener, deployed(_for_demonstration(given, listener, data_dir)) as place:
        settings = replace(place.settings, smtp_url=_outbox(place.settings.data_dir))
        logs.configure("WARNING" if settings.log_level == "INFO" else settings.log_level)
        compose(settings)
        asyncio.run(migrations.upgrade(place.owner_url))
        asyncio.run(_serve(settings, listener, _password(settings.data_dir, password)))


def _for_demonstration(given: Settings, listener: socket.socket, data_dir: Path | None) -> Settings:
    """Whatever database, telephone and mail the environment names: they may be a production's."""
    return replace(
        given,
        database_url="",
        owner_database_url="",
        data_dir=data_dir or given.data_dir,
        public_url=f"http://{HOST}:{listener.getsockname()[1]}",
        twilio_account_sid="",
        smtp_url="",
        secret_key="",
        encryption_keys=(),
        lookup_key="",
    )


def _outbox(data_dir: Path) -> str:
    """Letters become files there, and nobody gets one."""
    return f"file://{quote(str(data_dir.absolute() / LETTERS))}?from=team-hope@demo.example"


def _password(data_dir: Path, wished: str | None) -> str:
    kept = kept_secret(data_dir, "demonstration_password", lambda: wished or secrets.token_urlsafe(12))
    if wished and wished != kept:
        raise Unfit(
            f"The demonstration in {data_dir} has another password: leave --password out and it is printed, "
            "or choose another folder with --data-dir."
        )
    return kept


async def _serve(settings: Settings, listener: socket.socket, password: str) -> None:
    stop = asyncio.Event()
    ask_to_stop_on_signals(stop)
    async with pool_of(settings.database_url):
        await claim_for_demonstration(DEMO)
        people = await load(clock.now(), password, ZoneInfo(settings.report_timezone))
        async with _fake_telephone(settings) as connected, _working(connected, stop):
            async with serving(create_app(connected, demonstration=True), listener):
                _welcome(connected, people, password)
                await stop.wait()
            click.echo("Stopping.")


@asynccontextmanager
async def _fake_telephone(settings: Settings) -> AsyncIterator[Settings]:
    """The settings with a telephone whose texts and calls reach nobody."""
    secret = secrets.token_hex(16)
    fake = create_fake(FAKE_ACCOUNT, secret, settings.public_url)
    fake.state.number = FAKE_NUMBER
    fake.state.usual_handset, fake.state.patience_seconds = BY_HAND, PATIENCE_SECONDS
    listener = listen(HOST, 0)
    async with serving(fake.app, listener):
        yield replace(
            settings,
            twilio_account_sid=FAKE_ACCOUNT,
            twilio_auth_token=secret,
            twilio_number=FAKE_NUMBER,
            twilio_api_base=f"http://{HOST}:{listener.getsockname()[1]}",
        )


@asynccontextmanager
async def _working(settings: Settings, stop: asyncio.Event) -> AsyncIterator[None]:
    """The worker in this loop; when it fails everything stops, and its error is raised at the end."""
    working = asyncio.create_task(run(settings, stop))
    try:
        yield
    finally:
        stop.set()
        await working


def ask_to_stop_on_signals(stop: asyncio.Event) -> None:
    """Ctrl-C, a service manager's SIGTERM, a closed terminal: each only asks."""
    for number in ENDING_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)


def _welcome(settings: Settings, people: Iterable[DemoSignIn], password: str) -> None:
    click.echo(f"\nTeam HOPE, a demonstration: everybody in it is made up.\n\n  {settings.public_url}\n")
    for person in people:
        click.echo(f"  {person.role:<12} {person.email}")
    click.echo(f"\n  Password of each: {password}")
    click.echo(f"  Telephones it would have rung, texts it would have sent: {settings.twilio_api_base}/")
    click.echo(f"  Letters it would have sent: {settings.data_dir / LETTERS}")
    click.echo(f"  Data: {settings.data_dir}\n\nCtrl-C stops everything and keeps the data.")
