"""The service under audit: over TLS as in production, with demo data in a database that lives as long as the process.

`python -m tests.security.site FOLDER` prints where it is as one line of JSON and serves until SIGTERM. A second, plain
port gives whoever audits a new session or token of a role, however a scanner has just ended or locked the former one.
"""

import asyncio
import json
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

from teamhope.accounts import rules, service
from teamhope.app import compose, create_app
from teamhope.demo.service import DEMO, load
from teamhope.demonstration import FAKE_NUMBER, ask_to_stop_on_signals
from teamhope.deployment import Deployment, deployed
from teamhope.kit import clock, logs, migrations
from teamhope.kit.database import pool_of
from teamhope.kit.serving import PLAIN, Server, listen, serving
from teamhope.operations.service import claim_for_demonstration
from teamhope.settings import Settings
from teamhope.telephony.fake import create_fake
from teamhope.vocabulary.people import Role

HOST = "localhost"
LOOPBACK = "127.0.0.1"
PASSWORD = "correct horse battery"
ACCOUNT = "AC" + "1" * 32
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

    return Litestar([enter], openapi_config=None)


async def serve(place: Deployment, folder: Path) -> None:
    stop = asyncio.Event()
    ask_to_stop_on_signals(stop)
    files = certificates.make(folder, HOST)
    listener, back = listen(LOOPBACK, 0), listen(LOOPBACK, 0)
    phone = listen(LOOPBACK, 0)
    url = f"https://{HOST}:{listener.getsockname()[1]}"
    settings = replace(
        place.settings,
        public_url=url,
        leave_url=f"{url}/livez",
        metrics_token="m" * 32,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token="t" * 32,
        twilio_number=FAKE_NUMBER,
        twilio_api_base=f"http://{LOOPBACK}:{phone.getsockname()[1]}",
    )
    async with pool_of(settings.database_url):
        await claim_for_demonstration(DEMO)
        await load(clock.now(), PASSWORD, ZoneInfo(settings.report_timezone))
        people = await people_of(place.owner_url)
        told = {
            "url": url,
            "door": f"http://{LOOPBACK}:{back.getsockname()[1]}",
            "authority": str(files.authority),
            "roles": sorted(people.rows),
            "metrics_token": settings.metrics_token,
        }
        async with serving(create_fake(ACCOUNT, "t" * 32, url).app, phone), serving(door(people), back):
            config = uvicorn.Config(
                create_app(settings), **PLAIN, ssl_certfile=str(files.chain), ssl_keyfile=str(files.key)
            )
            server = Server(config)
            running = asyncio.create_task(server.serve(sockets=[listener]))
            print(json.dumps(told), flush=True)
            await stop.wait()
            server.should_exit = True
            await running


def main(folder: Path) -> None:
    with deployed(Settings(data_dir=folder / "data")) as place:
        logs.configure("WARNING")
        compose(place.settings)
        asyncio.run(migrations.upgrade(place.owner_url))
        asyncio.run(serve(place, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
