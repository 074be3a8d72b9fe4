"""The world of the demonstration, by day and by night, on a Sunday, a holiday and when the clocks change."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from teamhope.demo.rules import SEED, add_present
from teamhope.demo.rules_rows import Row, World, chance_of
from teamhope.demo.rules_staff import add_staff
from teamhope.families.rules_entry import agreed_words_problem
from teamhope.families.rules_hours import EASTERN, Hours, Span, family_hours, spans_on, volunteer_hours
from teamhope.vocabulary.calls import OUTCOMES
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS
from teamhope.vocabulary.programme import load_programme
from teamhope.vocabulary.states import HOLDS_A_PLACE, OPEN_FOLLOW_UP

WORDS = load_programme()
AFTERNOON = datetime(2026, 11, 18, 20, tzinfo=UTC)  # 14:00 in Chicago, a Wednesday
NIGHT = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)
SUNDAY_MORNING = datetime(2027, 3, 14, 15, tzinfo=UTC)  # the clocks went forward in the night
HOLIDAY_EVENING = datetime(2026, 11, 27, 1, tzinfo=UTC)  # 19:00 on Thanksgiving in Chicago
pytestmark = pytest.mark.timeout(60)


class Look:
    """The world of today, without the past, with its rows by id."""

    def __init__(self, now: datetime) -> None:
        self.now, self.world = now, World(EASTERN)
        add_present(self.world, SEED, now, WORDS)
        self.by_id: dict[Any, Row] = {row["id"]: row for rows in self.world.rows.values() for row in rows}
        self.contacts = {row["family"]: row for row in self.world.of("contact")}
        self.incidents = {row["family"]: row for row in self.world.of("incident")}
        self.person = {row["email"]: row for row in self.world.of("person")}
        self.her = next(
            row for row in self.world.of("volunteer") if row["person"] == self.person["volunteer@demo.example"]["id"]
        )

    def of(self, table: str, **where: Any) -> list[Row]:
        return [row for row in self.world.of(table) if all(row.get(name) == value for name, value in where.items())]

    def family_hours(self, family: Any) -> Hours:
        contact = self.contacts[family]
        return family_hours(ZoneInfo(contact["timezone"]), tuple(contact["windows"]))

    def volunteer_hours(self, volunteer: Any) -> Hours:
        row = self.by_id[volunteer]
        return volunteer_hours(ZoneInfo(self.by_id[row["person"]]["timezone"]), tuple(row["availability"]))


look_at = cache(Look)


@pytest.fixture(scope="module", params=[AFTERNOON, NIGHT, SUNDAY_MORNING, HOLIDAY_EVENING], ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    return look_at(request.param)


@pytest.fixture(scope="module")
def afternoon() -> Look:
    return look_at(AFTERNOON)


def open_span(hours: Hours, at: datetime) -> Span | None:
    return next(
        (span for span in spans_on(hours, at.astimezone(hours.zone).date()) if span.start <= at < span.end), None
    )


def test_the_same_seed_and_day_give_the_same_world(afternoon: Look) -> None:
    assert Look(AFTERNOON).world.rows == afternoon.world.rows


def test_another_seed_gives_another_world(afternoon: Look) -> None:
    other = World(EASTERN)
    add_staff(other, chance_of(SEED + 1, "staff"), AFTERNOON)
    assert not {row["id"] for row in other.of("person")} & {row["id"] for row in afternoon.of("person")}


def test_every_number_is_a_fictional_one_that_no_one_else_has(afternoon: Look) -> None:
    numbers = [
        row[column]
        for table, column in (("person", "phone"), ("contact_phone", "number"), ("blocked_person", "phone"))
        for row in afternoon.of(table)
        if row[column]
    ]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    assert len(set(numbers)) == len(numbers) > 700


def test_every_address_is_of_the_demonstration(afternoon: Look) -> None:
    emails = [row["email"] for row in afternoon.of("person")]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@demo.example") for email in emails)


def test_agreed_words_tell_nothing(afternoon: Look) -> None:
    words = {row["agreed_words"] for row in afternoon.of("contact_phone")} - {None}
    assert words
    assert not any(map(agreed_words_problem, words))


def test_there_are_as_many_people_as_one_expects(look: Look) -> None:
    assert 140 <= len(look.of("volunteer")) <= 180
    spanish = [row for row in look.of("volunteer") if any(each["code"] == "es" for each in row["languages"])]
    assert 0.15 <= len(spanish) / len(look.of("volunteer")) <= 0.4
    zones = {row["timezone"] for row in look.of("person")}
    assert {"America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"} <= zones
    waiting = Counter(row["status"] for row in look.of("support_request"))
    assert waiting["ready"] == 12
    assert waiting["triage"] == 3
    assert waiting["waitlisted"] >= 3
    assert waiting["on_hold"] == 4
    live = Counter(row["status"] for row in look.of("match"))
    assert 150 <= live["active"] + live["introduced"] <= 190
    assert live["proposed_to_volunteer"] >= 6


def test_most_credentials_hold_and_a_few_do_not(look: Look) -> None:
    today = look.now.date()
    mandatory = [row for row in look.of("credential") if row["kind"] in MANDATORY_CREDENTIALS]
    ended = [row for row in mandatory if row["expires_on"] == today - timedelta(days=3)]
    ending = [row for row in mandatory if today < row["expires_on"] <= today + timedelta(days=30)]
    assert 3 <= len(ended) <= 15
    assert ending
    assert all(row["expires_on"] > row["completed_on"] <= today for row in look.of("credential"))


# Matches --------------------------------------------------------------------------------------------------------------


def test_every_match_keeps_the_rules_that_time_does_not_change(look: Look) -> None:
    groups: dict[Any, set[str]] = {}
    for each in look.of("lived_experience"):
        groups.setdefault(each["volunteer"], set()).add(WORDS.group_of(each["case_type"], each["relation"]))
    for match in look.of("match"):
        contact, incident = look.contacts[match["family"]], look.incidents[match["family"]]
        volunteer = look.by_id[match["volunteer"]]
        spoken = {each["code"] for each in contact["languages"]} & {each["code"] for each in volunteer["languages"]}
        assert spoken, "H3"
        assert WORDS.group_of(incident["case_type"], contact["relation"]) in groups[volunteer["id"]], "H4"
        limits = volunteer["off_limits"]
        assert incident["trajectory"] not in limits.get("trajectory", ()), "H5"
        assert not set(incident["subtypes"]) & set(limits.get("subtype", ())), "H5"
        assert look.by_id[match["family"]]["state"] not in limits.get("state", ()), "H5"


def test_nobody_has_more_families_than_places(look: Look) -> None:
    held = Counter(row["volunteer"] for row in look.of("match") if row["status"] in HOLDS_A_PLACE)
    places = {volunteer: look.by_id[volunteer]["max_open_matches"] for volunteer in held}
    assert all(many <= places[volunteer] for volunteer, many in held.items())
    assert 5 <= sum(many == places[volunteer] for volunteer, many in held.items()) <= 90, "some are full"


def test_a_match_and_its_request_tell_the_same(look: Look) -> None:
    same = {
        "proposed_to_volunteer": {"matching"},
        "accepted": {"matched"},
        "family_notified": {"matched"},
        "introduced": {"matched"},
        "active": {"active"},
        "paused": {"active"},
        "closing": {"active"},
        "unable_to_contact": {"unable_to_contact"},
        "closed": {"closed"},
    }
    again = {match["request"] for match in look.of("match") if match["counted_rematch"]}
    for match in look.of("match"):
        was_replaced = match["request"] in again and match["closed_at"] and not match["counted_rematch"]
        if match["status"] in same and not was_replaced:
            assert look.by_id[match["request"]]["status"] in same[match["status"]]
        assert (match["status"] != "active") or match["first_conversation_at"]


def test_what_a_match_is_counted_by_is_what_happened(look: Look) -> None:
    for match in look.of("match"):
        assert match["counted_offered_on"] == match["proposed_at"].astimezone(EASTERN).date()
        accepted_at = match["accepted_at"]
        assert match["counted_accepted_on"] == (accepted_at and accepted_at.astimezone(EASTERN).date())
        waited = (accepted_at - match["waiting_since"]).total_seconds() / 60 if accepted_at else None
        assert match["counted_wait_minutes"] == (None if waited is None else int(waited))
    assert 5 <= sum(match["counted_rematch"] for match in look.of("match")) <= 40


# Calls and follow-ups -------------------------------------------------------------------------------------------------


def test_nothing_happened_after_now(look: Look) -> None:
    for table, column in (("call", "logged_at"), ("follow_up", "ended_at"), ("match", "status_since"),
                          ("support_request", "status_since"), ("match", "closed_at"), ("task", "opened_at"),
                          ("task", "closed_at"), ("escalation", "opened_at"), ("debrief", "done_at"),
                          ("follow_up", "created_at"), ("follow_up_move", "moved_at"), ("consent", "at")):  # fmt: skip
        late = [row for row in look.of(table) if row.get(column) and row[column] > look.now]
        assert not late, (table, column, late[:2])


def test_calls_come_in_the_order_of_their_match(look: Look) -> None:
    for call in look.of("call"):
        match = look.by_id[call["match"]]
        assert match["introduced_at"] <= call["started_at"] <= (match["closed_at"] or look.now)
        assert call["logged_at"] > call["started_at"]
        assert call["volunteer"] == match["volunteer"]


def test_our_calls_are_made_in_hours_of_the_family(look: Look) -> None:
    for call in look.of("call"):
        if call["direction"] == "outbound":
            assert open_span(look.family_hours(call["family"]), call["started_at"])


def test_every_open_follow_up_lies_inside_the_hours_of_both(look: Look) -> None:
    found = [row for row in look.of("follow_up") if row["status"] in OPEN_FOLLOW_UP]
    assert len(found) > 130
    for row in found:
        due_at = row["due_at"]
        family = open_span(look.family_hours(row["family"]), due_at)
        volunteer = open_span(look.volunteer_hours(row["volunteer"]), due_at)
        assert family, row
        assert volunteer, row
        assert min(family.end, volunteer.end) - due_at >= timedelta(minutes=45)
        local = due_at.astimezone(ZoneInfo(row["timezone"]))
        assert (local.date(), local.time()) == (row["local_date"], row["local_start"])


def test_what_is_planned_is_to_come_and_what_is_due_has_come(look: Look) -> None:
    for row in look.of("follow_up"):
        if row["status"] in {"planned", "retry_wait"}:
            assert row["due_at"] > look.now - timedelta(minutes=1), row
        if row["status"] == "due":
            assert look.now - timedelta(hours=24) < row["due_at"] <= look.now, row
        assert (row["status"] in OPEN_FOLLOW_UP) == (row["ended_at"] is None)


def test_each_living_match_has_one_promise(look: Look) -> None:
    promised = Counter(row["match"] for row in look.of("follow_up") if row["status"] in OPEN_FOLLOW_UP)
    assert max(promised.values()) == 1
    alive = [row["id"] for row in look.of("match") if row["status"] in {"active", "introduced", "paused", "closing"}]
    without = [match for match in alive if not promised[match]]
    assert len(without) <= len(alive) * 0.02


def test_several_are_due_today_and_a_handful_is_overdue(afternoon: Look) -> None:
    chicago = ZoneInfo("America/Chicago")
    still_open = [row for row in afternoon.of("follow_up") if row["status"] in {"planned", "due", "retry_wait"}]
    today = [
        row for row in still_open if row["due_at"].astimezone(chicago).date() == AFTERNOON.astimezone(chicago).date()
    ]
    overdue = [row for row in still_open if row["window_end_at"] < AFTERNOON]
    assert 5 <= len(today) <= 30
    assert 2 <= len(overdue) <= 12


def test_outcomes_and_lengths_are_as_published(afternoon: Look) -> None:
    made = [call for call in afternoon.of("call") if call["direction"] == "outbound"]
    outcomes = Counter(call["outcome"] for call in made)
    assert 0.45 <= outcomes["reached"] / len(made) <= 0.52
    talked = sorted(call["talk_seconds"] for call in made if call["outcome"] == "reached")
    assert 10 * 60 <= talked[len(talked) // 2] <= 18 * 60
    assert talked[-1] > 90 * 60
    assert all((call["talk_seconds"] is None) != OUTCOMES[call["outcome"]].connected for call in made)


def test_voicemail_is_left_only_where_words_were_agreed(look: Look) -> None:
    agreed = {row["contact"] for row in look.of("contact_phone") if row["agreed_words"]}
    left = [call for call in look.of("call") if call["outcome"] == "left_voicemail"]
    assert left
    assert all(call["contact"] in agreed for call in left)


# The volunteer who signs in -------------------------------------------------------------------------------------------


def test_her_day(look: Look) -> None:
    matches = [row for row in look.of("match") if row["volunteer"] == look.her["id"]]
    assert Counter(row["status"] for row in matches if row["status"] in HOLDS_A_PLACE) == {
        "active": 3,
        "proposed_to_volunteer": 1,
    }
    offer = next(row for row in matches if row["status"] == "proposed_to_volunteer")
    assert offer["proposed_at"] < look.now < offer["answer_due_at"]
    hers = [
        row for row in look.of("follow_up") if row["volunteer"] == look.her["id"] and row["status"] in OPEN_FOLLOW_UP
    ]
    assert sum(row["window_end_at"] < look.now for row in hers) == 1, "one is overdue"
    evening = [row for row in hers if row["due_at"] > look.now and row["local_start"].hour == 18]
    assert evening
    assert min(row["due_at"] for row in evening) - look.now < timedelta(hours=36)
    assert all(look.contacts[row["family"]]["languages"][0]["code"] == "es" for row in matches)


def test_this_evening_is_this_evening(afternoon: Look) -> None:
    hers = [row for row in afternoon.of("follow_up", volunteer=afternoon.her["id"]) if row["status"] in OPEN_FOLLOW_UP]
    assert date(2026, 11, 18) in {row["local_date"] for row in hers if row["due_at"] > AFTERNOON}


def test_who_is_held_back_has_a_task_that_is_open(look: Look) -> None:
    paused = {row["id"] for row in look.of("match", status="paused")}
    held = {row["family"] for row in look.of("follow_up", status="suspended") if row["match"] not in paused}
    assert held
    assert held <= {row["family"] for row in look.of("task", status="open")}


def test_one_danger_flag_waits(look: Look) -> None:
    waiting = [row for row in look.of("escalation") if row["status"] == "open"]
    assert [row["level"] for row in waiting] == ["urgent"]
