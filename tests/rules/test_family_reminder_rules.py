"""When a family is told of a promised call; and that no text can betray anything (domain.md §2.6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teamhope.families.rules_contact import NotNow
from teamhope.followups.rules_family_reminders import EARLIEST, LATEST, PROMISED, Announced, decide, remind_at
from teamhope.followups.rules_messages import Change, Message
from teamhope.kit.i18n import LANGUAGES
from teamhope.telephony.wording import TEXTS, TO_VOLUNTEER, in_language, is_ours, to_family, to_volunteer
from teamhope.vocabulary.calls import MessageKind, MessageStatus
from teamhope.vocabulary.families import Clearance, ClearedChannel
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import FollowUpStatus

HOUR = timedelta(hours=1)
DUE = datetime(2026, 4, 8, 23, tzinfo=UTC)
DAY_BEFORE = DUE - 24 * HOUR
PHONE = UUID(int=7)
YES = Clearance(UUID(int=6), PHONE, ClearedChannel.SMS, DUE)
CALL = Announced(UUID(int=5), UUID(int=6), FollowUpStatus.PLANNED, date(2026, 4, 8), DUE, "en", True)
MESSAGE = Message(
    UUID(int=2), None, CALL.local_date, MessageStatus.QUEUED, 0, "lease",
    kind=MessageKind.FAMILY_REMINDER, contact_id=CALL.contact_id, phone_id=PHONE, follow_up_id=UUID(int=4),
)  # fmt: skip


def later(at: datetime | None) -> NotNow:
    return NotNow("outside_hours", at)


@pytest.mark.parametrize(
    ("now", "answer", "at"),
    [
        pytest.param(DAY_BEFORE, YES, DAY_BEFORE, id="a day before"),
        pytest.param(DAY_BEFORE - HOUR, YES, DAY_BEFORE, id="not sooner"),
        pytest.param(DUE - 5 * HOUR, YES, DUE - 5 * HOUR, id="planned on the day"),
        pytest.param(DUE - 2 * HOUR, YES, DUE - 2 * HOUR, id="two hours before at the latest"),
        pytest.param(DUE - 119 * HOUR / 60, YES, None, id="then no more"),
        pytest.param(DAY_BEFORE, later(DUE - 10 * HOUR), DUE - 10 * HOUR, id="moved into allowed hours"),
        pytest.param(DAY_BEFORE, later(DUE - HOUR), None, id="allowed too late"),
        pytest.param(DAY_BEFORE, later(None), None, id="barred"),
    ],
)
def test_when(now: datetime, answer: Clearance | NotNow, at: datetime | None) -> None:
    assert remind_at(DUE, answer, now) == at


@given(st.integers(-72, 12), st.none() | st.integers(-72, 12))
def test_never_sooner_than_a_day_nor_later_than_two_hours_before(now, allowed) -> None:
    answer = YES if allowed is None else later(DUE + max(now, allowed) * HOUR)
    at = remind_at(DUE, answer, DUE + now * HOUR)
    assert at is None or (DUE - EARLIEST <= at <= DUE - LATEST and at >= DUE + now * HOUR)


class TestWhenItIsDue:
    def test_it_leaves(self) -> None:
        assert decide(MESSAGE, CALL, YES, DAY_BEFORE) == YES

    def test_it_waits_for_allowed_hours(self) -> None:
        assert decide(MESSAGE, CALL, later(DAY_BEFORE + HOUR), DAY_BEFORE) == Change(MessageStatus.QUEUED, HOUR)

    def test_it_waits_for_a_call_that_was_put_off_that_day(self) -> None:
        put_off = replace(CALL, due_at=DUE + HOUR)
        assert decide(MESSAGE, put_off, YES, DAY_BEFORE) == Change(MessageStatus.QUEUED, HOUR)

    @pytest.mark.parametrize(
        "call",
        [
            replace(CALL, local_date=date(2026, 4, 9), due_at=DUE + 24 * HOUR),
            replace(CALL, contact_id=UUID(int=66)),
            *(replace(CALL, status=status) for status in sorted(set(FollowUpStatus) - PROMISED)),
        ],
    )
    def test_not_of_a_call_that_moved_or_is_not_promised(self, call: Announced) -> None:
        assert decide(MESSAGE, call, YES, DAY_BEFORE) == Change(MessageStatus.CANCELLED, code="no_call")

    @pytest.mark.parametrize(
        ("attempts", "answer", "change"),
        [
            (0, NotNow("no_consent"), Change(MessageStatus.CANCELLED, code="no_consent")),
            (0, NotNow("family_on_hold"), Change(MessageStatus.CANCELLED, code="family_on_hold")),
            (2, NotNow("number_stopped"), Change(MessageStatus.FAILED, code="number_stopped")),
        ],
    )
    def test_not_when_a_rule_refuses(self, attempts: int, answer: NotNow, change: Change) -> None:
        assert decide(replace(MESSAGE, attempts=attempts), CALL, answer, DAY_BEFORE) == change

    def test_too_late_it_is_dropped(self) -> None:
        assert decide(MESSAGE, CALL, YES, DUE - HOUR) == Change(MessageStatus.CANCELLED, code="too_late")


# No text betrays anything ---------------------------------------------------------------------------------------------

SEVEN = datetime(2026, 4, 7, 19, tzinfo=UTC)
MOMENTS = st.datetimes(timezones=st.just(UTC))
CODES = st.sampled_from([*LANGUAGES, "es-MX", "EN-us", "vi", ""])
ORGANISATIONS = (
    "Team HOPE",
    "TeamHOPE",
    "HOPE",
    "NCMEC",
    "National Center",
    "Missing & Exploited",
    "FAON",
    "CyberTipline",
)
CASES = (
    "missing", "abduct", "kidnap", "exploit", "traffick", "runaway", "sextortion", "abuse", "victim", "survivor",
    "child", "daughter", "family", "case", "police", "court", "volunteer", "program", "support", "desaparec",
    "secuestr", "explot", "trata", "abuso", "víctima", "niñ", "hija", "menor", "familia", "caso", "policía",
    "voluntari", "apoyo",
)  # fmt: skip
NAMES = st.sampled_from(
    ["Ana", "Fay", "José", "María José", "Guadalupe", "Vera", "Nguyễn", "O'Brien", "Solé", "F-7K3Q-92"]
)


@settings(deadline=None)  # the catalogues are read once
@given(CODES, st.none() | MOMENTS, st.sampled_from(tuple(TO_VOLUNTEER)))
def test_no_text_names_the_organisation_or_a_case(code, moment, kind) -> None:
    labels = [label for word in (*programme().case_types, *programme().subtypes) for label in (word.en, word.es)]
    for body in (to_family(code, moment), to_volunteer(kind, code)):
        assert is_ours(body)
        told = body.casefold()
        assert not [word for word in (*ORGANISATIONS, *CASES, *labels) if word.casefold() in told]
        assert len(body) <= 70, "one message, with letters like ó"


@settings(deadline=None)  # the catalogues are read once
@given(CODES, MOMENTS, NAMES | st.sampled_from(ORGANISATIONS + CASES) | st.text(min_size=1, max_size=20), st.randoms())
def test_nothing_can_be_put_into_a_text(code, moment, word, chance) -> None:
    for body in (to_family(code, moment), to_family(code, None), *(in_language(text, code) for text in TEXTS)):
        place = chance.randrange(len(body) + 1)
        changed = f"{body[:place]}{word}{body[place:]}"
        assert not is_ours(changed) or _is_another_time(changed, body)


def _is_another_time(changed: str, body: str) -> bool:
    """A digit may make another time of day, and nothing else."""
    return sum(letter.isdigit() for letter in changed) == sum(letter.isdigit() for letter in body) + 1


@settings(deadline=None)
@given(NAMES, st.sampled_from(ORGANISATIONS + CASES), CODES)
def test_nothing_stands_in_the_place_of_the_time(name, word, code) -> None:
    body = to_family(code, SEVEN)
    day = "Tue" if "Tue" in body else "mar"
    assert not is_ours(body.replace(day, name))
    assert not is_ours(body.replace(day, word))
    assert not is_ours(body.replace("7:00", f"7:00 {word}"))


@pytest.mark.parametrize(
    ("code", "moment", "body"),
    [
        ("en", SEVEN, "Reminder: your call is Tue 7:00 PM."),
        ("es", SEVEN, "Recordatorio: su llamada es mar 7:00 p.m."),
        ("es-MX", SEVEN + timedelta(hours=14, minutes=30), "Recordatorio: su llamada es mié 9:30 a.m."),
        ("en", None, "You have a reminder."),
        ("es", None, "Tiene un recordatorio."),
        ("vi", None, "You have a reminder."),
    ],
)
def test_what_a_family_reads(code: str, moment: datetime | None, body: str) -> None:
    assert to_family(code, moment) == body
