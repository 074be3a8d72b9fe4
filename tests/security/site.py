"""The service under audit: over TLS as in production, with demo data in a database that lives as long as the process.

`python -m tests.security.site FOLDER` writes where it is to FOLDER/place.json and serves until SIGTERM. A second, plain
port gives whoever audits a new session or token of a role, however a scanner has just ended or locked the former one.
"""

import asyncio
import json
import socket
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import uvicorn
from litestar import Litestar, get
from litestar.exceptions import NotFoundException
from tests.security import certificates
from tests.security.client import WHERE

from teamhope.accounts import rules, service
from teamhope.app import compose, create_app
from teamhope.demo.service import DEMO, load
from teamhope.demonstration import FAKE_NUMBER, ask_to_stop_on_signals
from teamhope.deployment import Deployment, deployed
from teamhope.kit import clock, logs, migrations
from teamhope.kit.database import pool_of
from teamhope.kit.serving import PLAIN, SECONDS_TO_FINISH, Server, listen, serving
from teamhope.operations.service import claim_for_demonstration
from teamhope.settings import Settings
from teamhope.telephony.fake import create_fake
from teamhope.vocabulary.people import Role

HOST = "localhost"
LOOPBACK = "127.0.0.1"
PASSWORD = "correct horse battery"
ACCOUNT = "AC" + "1" * 32
PROVIDER_SECRET = "t" * 32  # schemathesis_hooks.py signs with it
METRICS_TOKEN = "m" * 32
NEW_SESSION = """
    insert into sign_in_session (id, id_hash, person, created_at, confirmed_at, seen_at, expires_at, second_factor)
    values ($1, $2, $3, $4, $4, $4, $5, 'authenticator')
"""


@dataclass(frozen=True, slots=True)
class People:
    """One for each role, as they were before any scanner came."""

    rows: dict[Role, asyncpg.Record]
    owner_url: str = field(repr=False)

    async def session(self, role: Role) -> str:
        """The secret of a session that is new and live, of a person who is active and may do what her role may."""
        owner, now, secret = await asyncpg.connect(self.owner_url), clock.now(), rules.new_secret()
        try:
            await self._recover(owner, role)
            await owner.execute(
                NEW_SESSION, uuid4(), rules.hash_of(secret), self.rows[role]["id"], now, now + rules.ABSOLUTE
            )
        finally:
            await owner.close()
        return secret

    async def token(self, role: Role) -> str:
        return await service.create_token(DEMO, "audit", UUID(str(self.rows[role]["id"])), clock.now())

    async def _recover(self, owner: Any, role: Role) -> None:
        row = self.rows[role]
        await owner.execute(
            "update person set status = $2, role = $3, team = $4, password_hash = $5 where id = $1",
            *(row[name] for name in ("id", "status", "role", "team", "password_hash")),
        )
        for table in ("passkey", "authenticator", "recovery_code"):
            await owner.execute(f"delete from {table} where person = $1", row["id"])


async def people_of(owner_url: str) -> People:
    owner = await asyncpg.connect(owner_url)
    try:
        found = await owner.fetch("select * from person where password_hash is not null")
    finally:
        await owner.close()
    return People({Role(row["role"]): row for row in found}, owner_url)


def door(people: People) -> Litestar:
    """What lets an audit in again."""

    @get("/{kind:str}/{role:str}")
    async def enter(kind: str, role: str) -> dict[str, str]:
        if kind not in {"session", "token"} or role not in set(Role):
            raise NotFoundException
        return {"secret": await getattr(people, kind)(Role(role))}

    return Litestar([enter], openapi_config=None, logging_config=None)


@dataclass(frozen=True, slots=True)
class Listeners:
    """Of the service, of the door to it, and of the telephone that it believes in."""

    service: socket.socket
    door: socket.socket
    telephone: socket.socket

    @classmethod
    def open(cls) -> "Listeners":
        return cls(*(listen(LOOPBACK, 0) for _ in range(3)))

    @property
    def url(self) -> str:
        return f"https://{HOST}:{_port(self.service)}"


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def as_in_production(settings: Settings, listeners: Listeners) -> Settings:
    """But "leave" leads to the service itself, and texts to nobody."""
    return replace(
        settings,
        public_url=listeners.url,
        leave_url=f"{listeners.url}/livez",
        metrics_token=METRICS_TOKEN,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=PROVIDER_SECRET,
        twilio_number=FAKE_NUMBER,
        twilio_api_base=f"http://{LOOPBACK}:{_port(listeners.telephone)}",
    )


async def serve(place: Deployment, folder: Path) -> None:
    stop, listeners, files = asyncio.Event(), Listeners.open(), certificates.make(folder, HOST)
    ask_to_stop_on_signals(stop)
    settings = as_in_production(place.settings, listeners)
    async with pool_of(settings.database_url):
        await claim_for_demonstration(DEMO)
        await load(clock.now(), PASSWORD, ZoneInfo(settings.report_timezone))
        people = await people_of(place.owner_url)
        telephone = create_fake(ACCOUNT, PROVIDER_SECRET, listeners.url).app
        async with serving(telephone, listeners.telephone), serving(door(people), listeners.door):
            secured = {"ssl_certfile": str(files.chain), "ssl_keyfile": str(files.key)}
            limited = {"timeout_graceful_shutdown": SECONDS_TO_FINISH}  # a broken connection may stay open
            server = Server(uvicorn.Config(create_app(settings), **PLAIN, **secured, **limited))
            running = asyncio.create_task(server.serve(sockets=[listeners.service]))
            tell(folder / WHERE, told(listeners, people, files))
            await stop.wait()
            server.should_exit = True
            await running


def tell(file: Path, words: dict[str, Any]) -> None:
    """Complete or not there: somebody waits for the file."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(words))
    unfinished.replace(file)


def told(listeners: Listeners, people: People, files: certificates.Files) -> dict[str, Any]:
    """What client.Place reads."""
    return {
        "url": listeners.url,
        "door": f"http://{LOOPBACK}:{_port(listeners.door)}",
        "authority": str(files.authority),
        "roles": sorted(people.rows),
        "metrics_token": METRICS_TOKEN,
    }


def main(folder: Path) -> None:
    with deployed(Settings(data_dir=folder / "data")) as place:
        logs.configure("WARNING")
        compose(place.settings)
        asyncio.run(migrations.upgrade(place.owner_url))
        asyncio.run(serve(place, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
