"""What slice tests need of the application: a client in the test's own loop, and people who can sign in."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from teamhope.accounts import service
from teamhope.accounts.queries import NewPerson
from teamhope.app import create_app
from teamhope.kit import clock
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role, command
from tests.canaries import look_at_answer

PASSWORD = "correct horse battery"
TESTS = command("tests")
Routes = tuple[HTTPRouteHandler, ...]
CSRF = re.compile(r'name="_csrf_token" value="([^"]*)"')


@dataclass(frozen=True)
class Someone:
    id: UUID
    email: str
    role: Role


async def somebody(role: Role, email: str, *, name: str = "Alex Example", language: str = "en") -> Someone:
    new = NewPerson(name=name, role=role, timezone="America/Chicago", email=email, language=language)
    return Someone(await service.add_person(TESTS, new, PASSWORD, clock.now()), email, role)


@dataclass
class Application:
    """The application, whose clock is lent to one test at a time: making one takes longer than most tests."""

    settings: Settings
    more_routes: Routes = ()
    now: Callable[[], datetime] = clock.now
    serve: Litestar = field(init=False)

    def __post_init__(self) -> None:
        self.serve = create_app(self.settings, now=self.time)
        for route in self.more_routes:
            self.serve.register(route)

    def time(self) -> datetime:
        return self.now()


_resting: defaultdict[tuple[Settings, Routes], list[Application]] = defaultdict(list)


@asynccontextmanager
async def browser(
    settings: Settings | None = None, now: Callable[[], datetime] = clock.now, more_routes: Routes = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies, as a browser does; it follows no redirect by itself."""
    wanted = (settings or Settings(), more_routes)
    resting = _resting[wanted]
    app = resting.pop() if resting else Application(*wanted)
    app.now = now
    looks: Any = {"response": [look_at_answer]}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app.serve), base_url="http://127.0.0.1:8000", event_hooks=looks
    ) as client:
        yield client
    resting.append(app)


async def submit(client: httpx.AsyncClient, path: str, *, page: str | None = None, **fields: object) -> httpx.Response:
    """Sends a form as the page at `page` (or `path`) would, its token included."""
    form = await client.get(page or path)
    token = CSRF.search(form.text)
    assert token, f"{page or path} shows no form ({form.status_code})"
    return await client.post(path, data={"_csrf_token": token[1], **fields})


async def sign_in(client: httpx.AsyncClient, who: Someone) -> httpx.Response:
    answer = await submit(client, "/login", email=who.email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return answer
