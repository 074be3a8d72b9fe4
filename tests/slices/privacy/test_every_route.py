"""Every route, asked by everybody, about her own object, another's and those that are over: as the tables say."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
from tests.architecture.permissions_page import guarded
from tests.slices.privacy.objects import Asker, Objects, People, askers, objects, people
from tests.slices.privacy.scopes import (
    EVERYBODY,
    EXCEPTIONS,
    FAMILY,
    FORMS,
    NOBODY,
    ROLE,
    SCOPES,
    WORDS,
    Who,
    Whose,
    may_see,
)

from teamhope.accounts.policy import PERMISSIONS
from teamhope.app import create_app
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.operations import service_jobs
from teamhope.operations.queries_jobs import Pass
from teamhope.settings import Settings
from teamhope.vocabulary.people import Can

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(300)]

PARAMETER = re.compile(r"\{(\w+):\w+\}")
# An answer to whoever may: done, elsewhere, not like this, not now; never "you may not" or "there is none".
LET_IN = frozenset({200, 201, 204, 303, 400, 409, 422})
ENDS_THE_SESSION = frozenset({"POST /logout", "POST /me/end-sessions"})


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permission: Can | None

    @property
    def name(self) -> str:
        return f"{self.method} {plain(self.path)}"

    @property
    def rows(self) -> tuple[str, ...]:
        """Its parameters that name rows."""
        return tuple(name for name in PARAMETER.findall(self.path) if plain(self.path) not in WORDS or name in SCOPES)

    def address(self, of: Objects) -> str:
        word = WORDS.get(plain(self.path), "")
        return PARAMETER.sub(lambda found: str(of.ids[found[1]]) if found[1] in SCOPES else word, self.path)

    def holders(self) -> frozenset[Who]:
        if self.permission is None:
            return frozenset(Who)
        return frozenset(who for who in EVERYBODY if ROLE[who] in PERMISSIONS[self.permission])

    def insiders(self, whose: Whose) -> frozenset[Who]:
        narrowed = self.rows or self.name in EXCEPTIONS
        return self.holders() & may_see(self.name, self.rows, whose) if narrowed else self.holders()


def plain(path: str) -> str:
    return PARAMETER.sub(lambda found: "{" + found[1] + "}", path)


def routes() -> list[Route]:
    return [Route(*each) for each in guarded(create_app(Settings()))]


def private() -> list[Route]:
    return [route for route in routes() if route.permission is not None]


@dataclass(frozen=True)
class Scene:
    them: People
    askers: dict[Who, Asker]
    objects: dict[Whose, Objects]


@pytest.fixture(scope="module")
async def scene(db: Addresses) -> AsyncIterator[Scene]:
    them = await people()
    await service_jobs.note_pass(Pass("seal", False, clock.now(), clock.now(), clock.now()))
    async with askers(them) as found:
        yield Scene(them, found, {whose: await objects(them, whose) for whose in Whose})


def wrong(route: Route, who: Who, whose: Whose, answer: httpx.Response, expected: str) -> str:
    return f"{route.name} as {who}, {whose}: {answer.status_code}, expected {expected}"


def judged(route: Route, who: Who, whose: Whose, answer: httpx.Response) -> str | None:
    """What is wrong with the answer, if anything."""
    status = answer.status_code
    if who in NOBODY:
        sent_to_sign_in = status == 303 and answer.headers["location"].startswith("/login")
        as_expected = status == 401 if route.path.startswith(("/api/", "/schema")) else sent_to_sign_in
        return None if as_expected else wrong(route, who, whose, answer, "the way to sign in")
    if who not in route.holders():
        return None if status == 403 else wrong(route, who, whose, answer, "403")
    if who not in route.insiders(whose):
        return None if status in {403, 404} else wrong(route, who, whose, answer, "404")
    return None if status in LET_IN else wrong(route, who, whose, answer, "to be let in")


def shown(scene: Scene, who: Who, answer: httpx.Response) -> Iterator[str]:
    """Families shown that are not hers. Vera and her lead may read the reference of one lately."""
    for whose, its in scene.objects.items():
        if who not in FAMILY[whose]:
            lately = whose is Whose.CLOSED and who in {Who.VERA, Who.LEAD}
            marks = its.marks[:1] if lately else its.marks
            yield from (f"{whose} family's {mark}" for mark in marks if re.search(rf"{mark}\b", answer.text))


def test_every_parameter_has_an_expectation(db: Addresses) -> None:
    for route in private():
        assert plain(route.path) in WORDS or set(route.rows) <= SCOPES.keys(), route.name
    names = {route.name for route in private()}
    assert names >= EXCEPTIONS.keys() | FORMS.keys()


async def test_whoever_may_not_is_refused_and_learns_nothing(scene: Scene) -> None:
    faults: list[str] = []
    asked = 0
    for route in private():
        for whose in Whose if route.rows else (Whose.OWN,):
            for who, asker in scene.askers.items():
                if who in route.insiders(whose):
                    continue
                answer = await asker.ask(route.method, route.address(scene.objects[whose]), FORMS.get(route.name))
                asked += 1
                faults += [fault for fault in (judged(route, who, whose, answer),) if fault]
                faults += [f"{route.name} as {who} shows {what}" for what in shown(scene, who, answer)]
    assert not faults, "\n".join(faults)
    assert asked > 1000


async def test_whoever_may_is_let_in_and_sees_nobody_elses(scene: Scene) -> None:
    faults: list[str] = []
    asked = 0
    for route in private():
        for whose in Whose if route.rows else (Whose.OWN,):
            for who in sorted(route.insiders(whose)):
                if route.name in ENDS_THE_SESSION:
                    continue
                its = (
                    await objects(scene.them, whose) if route.rows and route.method == "POST" else scene.objects[whose]
                )
                answer = await scene.askers[who].ask(route.method, route.address(its), FORMS.get(route.name))
                asked += 1
                faults += [fault for fault in (judged(route, who, whose, answer),) if fault]
                faults += [f"{route.name} as {who} shows {what}" for what in shown(scene, who, answer)]
    assert not faults, "\n".join(faults)
    assert asked > 200


async def test_a_number_of_another_family_is_not_found(scene: Scene) -> None:
    own, others = scene.objects[Whose.OWN].ids, scene.objects[Whose.OTHERS].ids
    for who in (Who.EAST, Who.WEST, Who.COORDINATOR, Who.ADVOCATE):
        answer = await scene.askers[who].ask("POST", f"/families/{own['family_id']}/number/{others['phone_id']}")
        assert answer.status_code == 404


async def test_leaving_is_for_whoever_is_here(scene: Scene) -> None:
    for who in EVERYBODY:
        left = await scene.askers[who].ask("POST", "/logout")
        assert left.status_code == 303
        assert (await scene.askers[who].client.get("/me")).status_code == 303


async def test_a_public_route_answers_everybody(scene: Scene) -> None:
    """Last: one of them is the way out."""
    for route in routes():
        if route.permission is None:
            for who, asker in scene.askers.items():
                answer = await asker.ask(route.method, route.address(scene.objects[Whose.OWN]))
                resting = route.path == "/readyz"  # no worker runs here
                assert answer.status_code < 500 or resting, wrong(route, who, Whose.OWN, answer, "no fault of ours")
                assert list(shown(scene, Who.AUDITOR, answer)) == []
