"""Whatever the volunteers and the family are like: nobody is offered, or asked by any way, against a firm rule."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service
from teamhope.matching.rules import MatchRefused
from teamhope.vocabulary.families import Window
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
TODAY = NOW.astimezone(ZoneInfo("America/Chicago")).date()  # where the volunteers are
COORDINATOR = Actor(Role.COORDINATOR, name="token")

MOSTLY = 4  # of five volunteers pass each rule, so that some pass all of them


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * MOSTLY + list(others))


volunteers = st.fixed_dictionaries(
    {
        "status": mostly("active", "on_break", "training"),
        "max_open_matches": mostly(3, 0),
        "languages": mostly((("es", "native"),), (("en", "native"),), ()),
        "gender": mostly("woman", "man", None),
        "state": mostly("TX", "CO", None),
        "off_limits": mostly({}, {"case_type": ["ERU"]}, {"state": ["CO"]}, {"subtype": ["repeat_runaway"]}),
        "expires_on": mostly(TODAY + timedelta(days=90), TODAY + timedelta(days=29)),
        "away": mostly((), ((TODAY, TODAY + timedelta(days=2)),)),
        "availability": mostly(world.EVERY_DAY, (Window(0, time(1), time(5)),)),
        "lived": mostly({"case_type": "ERU"}, {"case_type": "FA"}),
    }
)
families = st.fixed_dictionaries(
    {
        "wishes": st.sampled_from([(), ("volunteer_gender", "woman"), ("not_from_state", "CO")]),
        "subtypes": st.sampled_from([[], ["repeat_runaway"]]),
    }
)


def firm_rules_allow(who: dict[str, Any], asked: dict[str, Any]) -> bool:
    """The rules once more, plainly, for the values above: all but H4, which a coordinator may set aside."""
    wishes = asked["wishes"]
    return (
        who["status"] == "active"
        and who["max_open_matches"] > 0
        and ("es", "native") in who["languages"]
        and (wishes[:1] != ("volunteer_gender",) or who["gender"] == "woman")
        and (wishes[:1] != ("not_from_state",) or who["state"] == "TX")
        and "case_type" not in who["off_limits"]
        and "state" not in who["off_limits"]
        and ("subtype" not in who["off_limits"] or not asked["subtypes"])
        and who["expires_on"] >= TODAY + timedelta(days=30)
        and not who["away"]
        and who["availability"] == world.EVERY_DAY
    )


async def a_family(asked: dict[str, Any]) -> ARequest:
    keys = ("attribute", "value")
    wishes = [dict(zip(keys, asked["wishes"], strict=True)) | {"strength": "required"}] if asked["wishes"] else []
    return await world.family_request(
        languages=[("es", "native")],
        incident={"subtypes": asked["subtypes"]},
        preferences=world.as_json(wishes),
        now=NOW,
    )


@pytest.mark.timeout(120)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(volunteers, min_size=3, max_size=3), families)
async def test_no_way_leads_past_a_firm_rule(some: list[dict[str, Any]], asked: dict[str, Any]) -> None:
    async with acting_as(TESTS):
        await world.Volunteer.update({"status": "on_break"}, force=True)
    people = {
        (await world.volunteer(**(who | {"off_limits": world.as_json(who["off_limits"])}), now=NOW)).id: who
        for who in some
    }
    request = await a_family(asked)
    found = await service.candidates(COORDINATOR, request.id, 10, NOW)
    fit = {id_ for id_, who in people.items() if firm_rules_allow(who, asked) and who["lived"]["case_type"] == "ERU"}
    assert {each.volunteer_id for each in found.candidates} == fit
    for volunteer_id, who in people.items():
        family = await a_family(asked)
        if firm_rules_allow(who, asked):
            await service.propose(COORDINATOR, family.id, volunteer_id, NOW, "A reason")
        else:
            with pytest.raises(MatchRefused):
                await service.propose(COORDINATOR, family.id, volunteer_id, NOW, "A reason")
