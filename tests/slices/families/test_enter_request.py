"""Entering a request: once for each form, all or nothing, and never unseen beside the same family."""

import asyncio
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.families.entries import entry

from teamhope.families import service
from teamhope.families.forms import Circumstances, NewRequest
from teamhope.families.queries_entry import Entry, insert_family
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.tables.care import Task
from teamhope.tables.families import Family, SupportRequest
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


def new(**changes: Any) -> NewRequest:
    return msgspec.convert(entry(**changes), NewRequest)


async def families() -> int:
    async with acting_as(TESTS):
        return int(await Family.count())


async def test_a_volunteer_can_enter_nothing() -> None:
    ana = await world.volunteer()
    before = await families()
    with pytest.raises(Exception, match="row-level security"):
        await service.enter_request(ana.actor, new(), clock.now())
    assert await families() == before


async def test_the_coordinator_who_enters_it_owns_it() -> None:
    cora = await world.staff()
    entered = await service.enter_request(cora.actor, new(), clock.now())
    async with acting_as(cora.actor):
        row = await SupportRequest.select().where(SupportRequest.id == entered.request_id).first()
    assert (row["owner"], row["entered_by"]) == (cora.id, cora.id)


async def test_a_form_sent_twice_acts_once() -> None:
    cora, key, before = await world.staff(), uuid4(), await families()
    sent = new(consents=[])
    first = await service.enter_request(cora.actor, sent, clock.now(), key)
    second = await service.enter_request(cora.actor, sent, clock.now(), key)
    assert first == second
    assert second.missing == ("peer_match_consent",)
    assert await families() == before + 1


async def test_a_form_sent_twice_at_the_same_moment_acts_once() -> None:
    cora, key, before = await world.staff(), uuid4(), await families()
    sent = new()
    both = await asyncio.gather(*(service.enter_request(cora.actor, sent, clock.now(), key) for _ in range(4)))
    assert len(set(both)) == 1
    assert await families() == before + 1


async def test_a_family_number_that_is_taken_is_drawn_again_and_spoils_nothing() -> None:
    cora, sent, now = await world.staff(), new(), clock.now()
    taken = (await service.enter_request(cora.actor, sent, now)).family_no
    entry_ = Entry(sent, Circumstances(), None, now.date(), now, cora.id, None)
    async with acting_as(cora.actor):
        assert not await insert_family(cora.actor, uuid4(), taken, entry_)
        assert await insert_family(cora.actor, uuid4(), "F-FREE-01", entry_)
        assert await Family.exists().where(Family.family_no == "F-FREE-01")


async def test_a_minor_survivor_alone_and_danger_go_to_an_advocate() -> None:
    cora = await world.staff()
    minor = await service.enter_request(
        cora.actor,
        new(relation="adult_survivor", case_type="CSE", subtypes=[]),
        clock.now(),
        circumstances=Circumstances(adult=False),
    )
    danger = await service.enter_request(
        cora.actor, new(), clock.now(), circumstances=Circumstances(imminent_risk=True)
    )
    assert (minor.status, danger.status) == ("referred_out", "referred_out")
    async with acting_as(TESTS):
        details = await Task.select(Task.detail).where(Task.owner == cora.id)
    assert [each["detail"] for each in details] == ["advocate_review", "advocate_review"]


async def test_duplicates_are_found_by_number_and_by_name_state_and_kind() -> None:
    cora = await world.staff()
    known = new(contact__first_name="Zoé")
    entered = await service.enter_request(cora.actor, known, clock.now())
    by_number = await service.possible_duplicates(
        cora.actor, new(contact__first_name="Ana", contact__phone=known.contact.phone)
    )
    by_name = await service.possible_duplicates(cora.actor, new(contact__first_name="zoe"))
    other_state = await service.possible_duplicates(cora.actor, new(contact__first_name="zoe", state="TX"))
    assert [(each.family_no, each.reasons) for each in by_number] == [(entered.family_no, ("same_phone",))]
    assert [(each.family_no, each.reasons) for each in by_name] == [(entered.family_no, ("same_name_state_kind",))]
    assert other_state == ()


async def test_a_volunteer_learns_of_no_duplicate() -> None:
    cora, ana, known = await world.staff(), await world.volunteer(), new()
    await service.enter_request(cora.actor, known, clock.now())
    assert await service.possible_duplicates(ana.actor, known) == ()
    leader = await world.staff(Role.LEADERSHIP)
    assert await service.possible_duplicates(leader.actor, known) == ()
