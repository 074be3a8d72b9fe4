"""Whether this deployment could work: each setting, with secrets hidden, and each thing outside that it needs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import Final

import aiohttp
import click

from teamhope import settings as configuration
from teamhope.cli_errors import sentence_of
from teamhope.deployment import deployed
from teamhope.kit import clock, crypto, migrations
from teamhope.kit.database import acting_as, connection, pool_of
from teamhope.letters.post import post_of
from teamhope.operations import queries
from teamhope.operations.service import KEYS_DO_NOT_FIT, Unfit, backup_standing
from teamhope.settings import PREFIX, Settings
from teamhope.vocabulary.people import command
from teamhope.vocabulary.programme import load_programme

CHECK: Final = command("check")
OLDEST_POSTGRES: Final = 180_000  # as PostgreSQL writes its own version 18
PATIENCE: Final = aiohttp.ClientTimeout(total=10)


@click.command()
def check() -> None:
    """Show every setting, and try everything outside that the service needs. Fails if it could not work."""
    with deployed(configuration.load()) as place:
        _tell_settings(place.settings)
        if not asyncio.run(_everything_works(place.settings)):
            sys.exit(1)


def _tell_settings(settings: Settings) -> None:
    for spec in fields(settings):
        click.echo(f"{PREFIX}{spec.name.upper():<22} {_shown(getattr(settings, spec.name), spec.metadata['secret'])}")


def _shown(value: object, secret: bool) -> str:
    if not value:
        return "(empty)"
    return "(set, not shown)" if secret else str(value)


async def _everything_works(settings: Settings) -> bool:
    checks: tuple[tuple[str, Callable[[Settings], Awaitable[str]]], ...] = (
        ("settings", _safe_settings),
        ("programme", _programme),
        ("database", _database),
        ("keys", _keys),
        ("telephone", _telephone),
        ("letters", _letters),
        ("backup", _backup),
    )
    return all([await _tell(name, found, settings) for name, found in checks])


async def _tell(name: str, found: Callable[[Settings], Awaitable[str]], settings: Settings) -> bool:
    try:
        click.echo(f"ok      {name:<10} {await found(settings)}")
    except Exception as problem:
        told = sentence_of(problem)
        if told is None:
            raise
        click.echo(f"FAILED  {name:<10} {told}", err=True)
        return False
    return True


async def _safe_settings(settings: Settings) -> str:
    configuration.refuse_unsafe(settings)
    crypto.use_keys(configuration.key_ring(settings))
    return "safe for production"


async def _programme(settings: Settings) -> str:
    load_programme(Path(settings.programme_file)) if settings.programme_file else load_programme()
    return settings.programme_file or "the packaged one"


async def _database(settings: Settings) -> str:
    async with pool_of(settings.database_url, most=1), acting_as(CHECK):
        number = int(await connection().fetchval("show server_version_num"))
        if number < OLDEST_POSTGRES:
            raise Unfit(f"PostgreSQL 18 or later is needed, this is {number // 10_000}.")
        if missing := await migrations.pending():
            raise Unfit(f"{', '.join(missing)} not yet run: run 'teamhope db upgrade'.")
        kind = "demonstration data" if await queries.is_demonstration() else "no demonstration data"
    return f"answers, its user is held by row-level security, no migration pending, {kind}"


async def _keys(settings: Settings) -> str:
    async with pool_of(settings.database_url, most=1), acting_as(CHECK):
        fit = await queries.keys_fit()
    if fit is False:
        raise Unfit(KEYS_DO_NOT_FIT)
    return "open the data" if fit else "given; there is no data yet"


async def _backup(settings: Settings) -> str:
    async with pool_of(settings.database_url, most=1):
        standing = await backup_standing(CHECK, clock.now())
    told = f"the last good one is of {standing.last.made_at:%Y-%m-%d %H:%M} UTC" if standing.last else "there is none"
    return f"LATE: {told}; run 'teamhope backup' every night" if standing.is_late else told


async def _telephone(settings: Settings) -> str:
    if not settings.telephone:
        return "none: no texts are sent"
    address = f"{settings.twilio_api_base.rstrip('/')}/2010-04-01/Accounts/{settings.twilio_account_sid}.json"
    account = aiohttp.BasicAuth(settings.twilio_account_sid, settings.twilio_auth_token)
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(address, auth=account) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Unfit(f"{settings.twilio_api_base} does not answer ({type(problem).__name__}).") from problem
    if status != 200:
        raise Unfit(f"{settings.twilio_api_base} answers {status}: are the account and its token right?")
    return "answers and knows the account"


async def _letters(settings: Settings) -> str:
    post = post_of(settings.smtp_url)
    return await post.check() if post else "none: links are shown to whoever invites, to give them on"
