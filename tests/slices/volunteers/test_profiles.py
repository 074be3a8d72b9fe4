"""What matching is told of each volunteer."""

from datetime import date, time, timedelta

import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind, LanguageLevel, Window
from teamhope.vocabulary.people import WORKER, Role
from teamhope.volunteers import queries, service

pytestmark = pytest.mark.usefixtures("db")


async def test_volunteers_see_themselves_and_leadership_nobody() -> None:
    ana, other = await world.volunteer(), await world.volunteer()
    assert [each.id for each in await service.load_profiles(ana.actor)] == [ana.id]
    assert await service.load_profiles((await world.staff(Role.LEADERSHIP)).actor) == []
    with pytest.raises(NotFound):
        await service.load_profile(ana.actor, other.id)
    with pytest.raises(NotFound):
        await service.set_availability(ana.actor, other.id, [], (3, 8), clock.now())


async def test_a_profile_holds_what_was_said() -> None:
    away = (date(2030, 1, 1), date(2030, 1, 9))
    ana = await world.volunteer(
        timezone="America/Denver",
        languages=(("es", "native"), ("en", "fluent")),
        availability=(Window(2, time(18), time(20)),),
        off_limits=world.as_json({"subtype": ["csam"], "state": ["CO"]}),
        communities=["faith"],
        lived={"subtypes": ["international"], "case_type": "FA"},
        away=(away,),
        max_open_matches=2,
    )
    profile = await service.load_profile(WORKER, ana.id)
    assert profile.name == ana.name
    assert profile.zone.key == "America/Denver"
    assert profile.languages == {"es": LanguageLevel.NATIVE, "en": LanguageLevel.FLUENT}
    assert profile.windows == (Window(2, time(18), time(20)),)
    assert profile.limits == {("subtype", "csam"), ("state", "CO")}
    assert profile.communities == {"faith"}
    assert profile.away == (away,)
    assert (profile.lived[0].case_type, profile.lived[0].subtypes) == ("FA", frozenset({"international"}))
    assert profile.credentials.keys() == MANDATORY_CREDENTIALS
    assert profile.max_open_matches == 2


async def test_of_a_renewed_credential_the_longest_counts() -> None:
    ana, today, kind = await world.volunteer(), clock.now().date(), CredentialKind.BACKGROUND_CHECK
    long, short = today + timedelta(days=900), today + timedelta(days=1)
    async with acting_as(TESTS):
        for until in (long, short):
            await queries.insert_credential(ana.id, kind, (today - timedelta(days=1), until))
    assert (await service.load_profile(TESTS, ana.id)).credentials[kind] == long
    async with acting_as(TESTS):
        await queries.insert_credential(ana.id, kind, (today, None))
    assert (await service.load_profile(TESTS, ana.id)).credentials[kind] is None


async def test_profiles_come_in_the_order_of_ids() -> None:
    for _ in range(3):
        await world.volunteer()
    ids = [each.id for each in await service.load_profiles(WORKER)]
    assert ids == sorted(ids)
    assert len(ids) >= 3
