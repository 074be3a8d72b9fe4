"""Every page, for every role that may see it, in both languages, on a desk and on a phone."""

import re
from collections.abc import Iterator

import pytest
from litestar.handlers import HTTPRouteHandler
from playwright.async_api import Browser, Page
from tests.browser.inhabitants import SECRETS, Inhabitants, move_in
from tests.browser.looks import inspect
from tests.browser.site import EVENING, Language, Site, Visit, visiting

from teamhope.accounts import service as accounts
from teamhope.accounts.policy import NEEDS, PERMISSIONS, PUBLIC
from teamhope.app import create_app
from teamhope.settings import Settings
from teamhope.vocabulary.people import PERSON_ROLES, Role

pytestmark = pytest.mark.timeout(180)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NO_PAGES = (
    "/api",
    "/schema",
    "/static",
    "/livez",
    "/readyz",
    "/metrics",
    "/leave",
    "/cal/",
    "/me/session",
    "/me/times/calendar",
    "/reports/sample.csv",
    "/calls/{follow_up_id:uuid}/ring",  # test_masked_call.py
    "/volunteers/import/template.csv",
    "/volunteers/import/{import_id:uuid}",  # test_import.py
    "/families/import/template.csv",
    "/families/import/{import_id:uuid}",
)
# Looked at in test_forms.py and test_security.py: most need a step before.
PUBLIC_PAGES = ["/login", "/login/second", "/reset", "/reset/asked", "/welcome/{secret:str}"]
# More than one page under one route: the role it is looked at as, and its address.
FURTHER = (
    (Role.COORDINATOR, "/requests/{triage}"),
    (Role.COORDINATOR, "/requests/{ready}"),
    (Role.COORDINATOR, "/requests?status=triage"),
    (Role.COORDINATOR, "/matches/{offer}"),
    (Role.COORDINATOR, "/reports/2025"),
    (Role.COORDINATOR, "/schedule?week=2026-10-19"),
    (Role.COORDINATOR, "/schedule?week=2026-10-19&by=day"),
    (Role.AUDITOR, "/reports/sample?year=2026&seed=a&size=50"),
    (Role.ADMIN, "/break-glass/{opened}/review"),
    (Role.VOLUNTEER, "/matches/{offer}"),
    (Role.VOLUNTEER, "/calls?month=2026-09"),
)
# What everybody has, but for a start page, is the same for everybody: it is looked at as these two.
OF_EVERYBODY = frozenset({Role.ADMIN, Role.VOLUNTEER})


@pytest.fixture(scope="module")
async def inhabitants(application: Site) -> Inhabitants:
    return await move_in(EVENING)


def pages() -> Iterator[tuple[str, frozenset[Role]]]:
    """(route, roles it is looked at as) of every page that an address alone opens; without roles: anybody's."""
    for route in create_app(Settings()).routes:
        for handler in getattr(route, "route_handlers", []):
            if not isinstance(handler, HTTPRouteHandler) or "GET" not in handler.http_methods:
                continue
            if not route.path.startswith(NO_PAGES):
                roles = frozenset() if handler.opt.get(PUBLIC) else PERMISSIONS[handler.opt[NEEDS]] & PERSON_ROLES
                yield route.path, OF_EVERYBODY if roles == PERSON_ROLES and route.path != "/" else roles


def address(route: str, role: Role, seen: Inhabitants) -> str:
    """Raises KeyError for a part of an address that nobody has said how to fill."""
    on_calls = seen.on_calls.get(role, seen.on_calls[Role.VOLUNTEER])
    parts: dict[str, object] = {
        "{request_id:uuid}": seen.ready.id,
        "{person_id:uuid}": seen.staff[Role.COORDINATOR].id,
        "{volunteer_id:uuid}": on_calls.who.id if role is Role.TEAM_LEAD else seen.chosen,
        "{experience_id:uuid}": seen.experience,
        "{family_id:uuid}": on_calls.match.request.family_id,
        "{phone_id:uuid}": on_calls.match.request.phone_id,
        "{match_id:uuid}": on_calls.match.id,
        "{follow_up_id:uuid}": on_calls.due.id,
        "{call_id:uuid}": on_calls.logged,
        "{name:str}": EVENING.year,
        "{escalation_id:uuid}": seen.taken,
        "{opening_id:uuid}": seen.openings.get(role, seen.openings[Role.COORDINATOR]),
        "{opened}": seen.openings[Role.COORDINATOR],
        "{ready}": seen.ready.id,
        "{triage}": seen.triage.id,
        "{offer}": on_calls.offer.id,
    }
    path, _, query = route.partition("?")
    filled = "/".join(str(parts[part]) if part.startswith("{") else part for part in path.split("/"))
    return filled + (f"?{query}" if query else "")


def routes_of(role: Role) -> list[str]:
    return [route for route, roles in pages() if role in roles] + [path for who, path in FURTHER if who is role]


def test_every_role_sees_some_pages_and_every_page_is_seen() -> None:
    seen = {route for role in PERSON_ROLES for route in routes_of(role)}
    assert {route for route, roles in pages() if roles} <= seen
    assert [route for route, roles in pages() if not roles] == PUBLIC_PAGES


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", sorted(PERSON_ROLES))
async def test_pages(
    browser: Browser, application: Site, inhabitants: Inhabitants, role: Role, language: Language
) -> None:
    who, faults, links = inhabitants.who(role), [], set()
    await accounts.choose_language(who.actor, language)
    async with visiting(browser, application, who, language=language) as visit:
        for route in routes_of(role):
            try:
                await look_at(visit, address(route, role, inhabitants), inhabitants, named(role, route), language)
            except AssertionError as fault:
                faults.append(f"{route}: {fault}")
                visit.watch.faults.clear()
            links |= await links_of(visit.page)
        dead = [path for path in one_of_each(links) if await status_of(visit, path) != 200]
    assert not faults, "\n".join(faults)
    assert not dead, f"links that lead nowhere: {dead}"


async def look_at(visit: Visit, path: str, seen: Inhabitants, name: str, language: Language) -> None:
    assert await visit.go(path) == 200
    await inspect(visit.page, language, seen.names | SECRETS, name)
    visit.watch.assert_clean()


async def links_of(page: Page) -> set[str]:
    found: list[str] = await page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return {path for path in found if path != "/leave"}


def one_of_each(links: set[str]) -> list[str]:
    """One link for each kind of page."""
    return list({ID.sub("", path): path for path in links}.values())


async def status_of(visit: Visit, path: str) -> int:
    answer = await visit.context.request.get(visit.site.url + path)
    return answer.status


def named(role: Role, route: str) -> str:
    plain = (part.partition(":")[0].strip("{}") for part in route.split("/") if part)
    return "-".join((role, *plain)).replace("?", "-")
