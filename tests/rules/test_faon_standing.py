"""Who is in good standing on a day: each rule on its last day, the day before and the day after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.kit.i18n import read_catalogue
from teamhope.referrals.rules import (
    RULES,
    STATUS_NAMES,
    Answer,
    FeeMode,
    LeftHow,
    MemberFacts,
    MemberStatus,
    Participation,
    ParticipationKind,
    Proof,
    ProofKind,
    Request,
    Standing,
    answer_due_on,
    counts_as_member,
    faon_standing,
    membership_year,
    months_after,
)

DAY = timedelta(days=1)
EVENT, ONLINE = ParticipationKind.EVENT, ParticipationKind.ONLINE_TRAINING
FAR = date(2040, 1, 1)
TODAY = date(2026, 6, 1)
ACTIVE = Standing(MemberStatus.ACTIVE)

MEMBER = MemberFacts(
    licence_required=True,
    direct_services=True,
    fee_modes=frozenset({FeeMode.PRO_BONO}),
    joined_on=date(2026, 1, 10),
    attested_on=date(2026, 5, 1),
    contact_confirmed_on=date(2026, 5, 1),
    proofs=(
        Proof(ProofKind.VETTING, date(2026, 5, 1)),
        Proof(ProofKind.LICENCE, date(2026, 5, 1), FAR),
        Proof(ProofKind.JUDGMENT_CHECK, date(2026, 5, 1)),
        Proof(ProofKind.INSURANCE, date(2026, 5, 1), FAR),
    ),
    participations=(Participation(EVENT, date(2026, 2, 1)),),
)


def with_proof(new: Proof, member: MemberFacts = MEMBER) -> MemberFacts:
    """The member with this proof in place of those of its kind and state."""
    others = [found for found in member.proofs if (found.kind, found.state) != (new.kind, new.state)]
    return replace(member, proofs=(*others, new))


def without(kind: ProofKind) -> MemberFacts:
    return replace(MEMBER, proofs=tuple(found for found in MEMBER.proofs if found.kind is not kind))


def test_a_member_in_order_is_active() -> None:
    assert faon_standing(MEMBER, TODAY) == ACTIVE


@pytest.mark.parametrize(
    ("member", "status"),
    [
        (replace(MEMBER, joined_on=None, proofs=()), MemberStatus.APPLICANT),
        (replace(MEMBER, joined_on=None), MemberStatus.VETTING),
        (replace(MEMBER, joined_on=TODAY + DAY), MemberStatus.VETTING),
        (replace(MEMBER, joined_on=TODAY), MemberStatus.ACTIVE),
        (replace(MEMBER, left_on=TODAY + DAY, left_how=LeftHow.WITHDRAWN), MemberStatus.ACTIVE),
        (replace(MEMBER, left_on=TODAY, left_how=LeftHow.WITHDRAWN), MemberStatus.WITHDRAWN),
        (replace(MEMBER, left_on=TODAY, left_how=LeftHow.REMOVED, proofs=()), MemberStatus.REMOVED),
    ],
)
def test_outside_the_network_no_rule_is_asked(member: MemberFacts, status: MemberStatus) -> None:
    assert faon_standing(member, TODAY) == Standing(status)


LAST = date(2026, 9, 15)  # the last good day of the cases below


def aged(kind: ProofKind, verified_on: date) -> MemberFacts:
    return with_proof(replace(next(found for found in MEMBER.proofs if found.kind is kind), verified_on=verified_on))


LAST_DAYS = [
    ("license", with_proof(Proof(ProofKind.LICENCE, date(2026, 5, 1), LAST)), True),
    ("license_verified", aged(ProofKind.LICENCE, date(2025, 9, 15)), True),
    ("judgments", aged(ProofKind.JUDGMENT_CHECK, date(2025, 9, 15)), True),
    ("insurance", with_proof(Proof(ProofKind.INSURANCE, date(2026, 5, 1), LAST)), True),
    ("vetting", aged(ProofKind.VETTING, date(2024, 9, 15)), True),
    ("attested", replace(MEMBER, attested_on=date(2025, 9, 15)), False),
    ("contact", replace(MEMBER, contact_confirmed_on=date(2025, 9, 15)), False),
]


@pytest.mark.parametrize(("code", "member", "mandatory"), LAST_DAYS, ids=[code for code, *_ in LAST_DAYS])
def test_each_date_on_its_last_day_and_around_it(code: str, member: MemberFacts, mandatory: bool) -> None:
    lapsing = Standing(MemberStatus.LAPSING, expiring=(code,))
    assert faon_standing(member, LAST - 31 * DAY) == ACTIVE
    assert faon_standing(member, LAST - 30 * DAY) == lapsing
    assert faon_standing(member, LAST - DAY) == lapsing
    assert faon_standing(member, LAST) == lapsing
    broken = MemberStatus.SUSPENDED if mandatory else MemberStatus.LAPSING
    assert faon_standing(member, LAST + DAY) == Standing(broken, failing=(code,))


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (replace(MEMBER, direct_services=False), "services"),
        (replace(MEMBER, fee_modes=frozenset()), "services"),
        (without(ProofKind.VETTING), "vetting"),
        (with_proof(Proof(ProofKind.VETTING, date(2026, 5, 1), passed=False)), "vetting"),
        (with_proof(Proof(ProofKind.JUDGMENT_CHECK, date(2026, 5, 1), passed=False)), "judgments"),
        (without(ProofKind.INSURANCE), "insurance"),
        (with_proof(Proof(ProofKind.INSURANCE, date(2026, 5, 1))), "insurance"),  # no last day on file
        (with_proof(Proof(ProofKind.LICENCE, date(2026, 5, 1))), "license"),
    ],
)
def test_what_is_missing_or_failed_suspends(member: MemberFacts, code: str) -> None:
    assert faon_standing(member, TODAY) == Standing(MemberStatus.SUSPENDED, failing=(code,))


def test_the_newest_proof_counts_and_one_of_the_future_does_not() -> None:
    revoked = Proof(ProofKind.LICENCE, TODAY, FAR, passed=False)
    member = replace(MEMBER, proofs=(revoked, *MEMBER.proofs))
    assert faon_standing(member, TODAY - DAY) == ACTIVE
    assert faon_standing(member, TODAY).failing == ("license", "license_verified")


def test_on_one_day_the_proof_that_failed_counts() -> None:
    failed = Proof(ProofKind.VETTING, date(2026, 5, 1), passed=False)
    for proofs in ((*MEMBER.proofs, failed), (failed, *MEMBER.proofs)):
        assert faon_standing(replace(MEMBER, proofs=proofs), TODAY).failing == ("vetting",)


def test_a_license_is_needed_in_every_state_of_practice() -> None:
    ohio = [replace(found, state="OH") for found in MEMBER.proofs if found.kind in {"licence", "judgment_check"}]
    both = replace(MEMBER, states_of_practice=frozenset({"OH", "KY"}), proofs=(*MEMBER.proofs, *ohio))
    assert faon_standing(both, TODAY).failing == ("license", "license_verified", "judgments")
    kentucky = [replace(found, state="KY") for found in ohio]
    assert faon_standing(replace(both, proofs=(*both.proofs, *kentucky)), TODAY) == ACTIVE


def test_an_organisation_without_licensed_staff_needs_no_license() -> None:
    unlicensed = replace(
        MEMBER,
        licence_required=False,
        proofs=tuple(found for found in MEMBER.proofs if found.kind in {"vetting", "insurance"}),
    )
    assert faon_standing(unlicensed, TODAY) == ACTIVE


def participating(joined_on: date, *done: tuple[ParticipationKind, date]) -> MemberFacts:
    """A member of long standing whose only open question is participation."""
    proofs = tuple(replace(found, verified_on=date(2025, 12, 1)) for found in MEMBER.proofs)
    fresh = date(2025, 12, 1)
    took_part = tuple(Participation(kind, on) for kind, on in done)
    return replace(
        MEMBER,
        joined_on=joined_on,
        proofs=proofs,
        attested_on=fresh,
        contact_confirmed_on=fresh,
        participations=took_part,
    )


JOINED = date(2025, 3, 1)  # the first membership year ends on 28 February 2026, its grace on 29 April
IN_TIME, IN_GRACE, LATE = date(2025, 6, 1), date(2026, 3, 20), date(2026, 5, 5)
EXPIRING = Standing(MemberStatus.LAPSING, expiring=("participation",))
FAILING = Standing(MemberStatus.SUSPENDED, failing=("participation",))


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 1, 28), ACTIVE),
        (date(2026, 1, 29), EXPIRING),  # 30 days before the year ends
        (date(2026, 2, 28), EXPIRING),
        (date(2026, 3, 1), EXPIRING),
        (date(2026, 4, 28), EXPIRING),
        (date(2026, 4, 29), EXPIRING),  # the 60th day of grace
        (date(2026, 4, 30), FAILING),
    ],
)
def test_a_year_without_participation_lapses_then_suspends_after_its_grace(day: date, standing: Standing) -> None:
    assert faon_standing(participating(JOINED), day) == standing


@pytest.mark.parametrize(
    ("done", "standing"),
    [
        ([(EVENT, IN_TIME)], ACTIVE),
        ([(EVENT, JOINED)], ACTIVE),
        ([(EVENT, JOINED - DAY)], FAILING),
        ([(ONLINE, IN_TIME)], FAILING),
        ([(ONLINE, IN_TIME), (ONLINE, IN_TIME)], ACTIVE),
        ([(ONLINE, IN_TIME), (ONLINE, IN_GRACE)], ACTIVE),
        ([(EVENT, IN_GRACE)], ACTIVE),
        ([(EVENT, LATE)], ACTIVE),  # what comes late reinstates
        ([(EVENT, date(2026, 5, 11))], FAILING),  # tomorrow
    ],
)
def test_one_event_or_two_online_trainings_make_a_year(
    done: list[tuple[ParticipationKind, date]], standing: Standing
) -> None:
    assert faon_standing(participating(JOINED, *done), date(2026, 5, 10)) == standing


def standing_in_third_year(*done: tuple[ParticipationKind, date]) -> Standing:
    """On 10 May 2026, of a member who joined on 1 March 2024: two years are over, the second one's grace too."""
    return faon_standing(participating(date(2024, 3, 1), *done), date(2026, 5, 10))


def test_what_made_up_a_missed_year_does_not_count_again() -> None:
    made_up = (EVENT, date(2025, 3, 20))  # in the grace of the first year
    assert standing_in_third_year(made_up) == FAILING
    assert standing_in_third_year(made_up, (EVENT, date(2025, 9, 1))) == ACTIVE


def test_nothing_is_carried_forward_to_the_next_year() -> None:
    assert standing_in_third_year((EVENT, date(2024, 5, 1)), (EVENT, date(2024, 6, 1))) == FAILING


def test_who_missed_two_years_owes_only_the_last() -> None:
    back = (EVENT, date(2026, 5, 1))
    assert standing_in_third_year(back) == ACTIVE
    member = participating(date(2024, 3, 1), back)  # it made up the second year; the third is still to do
    assert "participation" not in faon_standing(member, date(2027, 4, 29)).failing
    assert "participation" in faon_standing(member, date(2027, 4, 30)).failing


def test_a_new_membership_year_reinstates_nobody() -> None:
    member = participating(date(2024, 3, 1))
    assert {faon_standing(member, date(2026, 2, 20) + days * DAY) for days in range(60)} == {FAILING}


SENT = date(2026, 3, 2)
UNANSWERED = Request(SENT, SENT + 7 * DAY)
DECLINED = replace(UNANSWERED, answered_on=SENT + DAY, answer=Answer.DECLINE)


@pytest.mark.parametrize(
    ("requests", "failing"),
    [
        ([], ()),
        ([UNANSWERED], ()),
        ([DECLINED] * 5, ()),  # a decline is an answer
        ([UNANSWERED, *[DECLINED] * 4], ()),  # 80 %
        ([UNANSWERED, DECLINED, DECLINED, UNANSWERED, DECLINED], ("answers",)),
        ([UNANSWERED, UNANSWERED], ("answers",)),  # two in a row
        ([UNANSWERED, UNANSWERED, *[DECLINED] * 5], ()),  # the last five
        ([UNANSWERED, replace(UNANSWERED, answered_on=TODAY, answer=Answer.INFO)], ()),  # late
        ([UNANSWERED, replace(UNANSWERED, answered_on=TODAY + DAY, answer=Answer.INFO)], ("answers",)),
        ([UNANSWERED, Request(SENT, TODAY)], ()),  # may still be answered today
        ([UNANSWERED, Request(SENT, TODAY - DAY)], ("answers",)),
    ],
)
def test_requests_left_unanswered_ask_for_a_review(requests: list[Request], failing: tuple[str, ...]) -> None:
    dated = tuple(replace(found, sent_on=found.sent_on + place * DAY) for place, found in enumerate(requests))
    standing = faon_standing(replace(MEMBER, requests=dated), TODAY)
    assert standing == Standing(MemberStatus.LAPSING if failing else MemberStatus.ACTIVE, failing)


@pytest.mark.parametrize(
    ("sent_on", "due_on"),
    [
        (date(2026, 6, 1), date(2026, 6, 8)),  # Monday to Monday
        (date(2026, 6, 5), date(2026, 6, 12)),  # Friday to Friday
        (date(2026, 6, 6), date(2026, 6, 12)),  # Saturday
        (date(2026, 6, 29), date(2026, 7, 7)),  # 3 July observed
    ],
)
def test_an_answer_is_due_after_five_business_days(sent_on: date, due_on: date) -> None:
    assert answer_due_on(sent_on, {date(2026, 7, 3)}) == due_on


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_after(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_a_proof_of_29_february_holds_to_28_february() -> None:
    member = replace(MEMBER, contact_confirmed_on=date(2024, 2, 29), joined_on=date(2024, 3, 1))
    for day, fails in ((date(2025, 2, 27), False), (date(2025, 2, 28), False), (date(2025, 3, 1), True)):
        assert ("contact" in faon_standing(member, day).failing) is fails


def test_a_license_may_expire_on_29_february() -> None:
    member = with_proof(Proof(ProofKind.LICENCE, date(2028, 2, 1), date(2028, 2, 29)))
    for day, fails in ((date(2028, 2, 28), False), (date(2028, 2, 29), False), (date(2028, 3, 1), True)):
        assert ("license" in faon_standing(member, day).failing) is fails


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 2, 29), 0),
        (date(2025, 2, 27), 0),
        (date(2025, 2, 28), 1),
        (date(2028, 2, 28), 3),
        (date(2028, 2, 29), 4),
        (date(2024, 2, 28), -1),
    ],
)
def test_membership_years_of_who_joined_on_29_february(day: date, year: int) -> None:
    assert membership_year(date(2024, 2, 29), day) == year


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 30))
def test_a_membership_year_begins_on_its_anniversary(joined_on: date, year: int) -> None:
    anniversary = months_after(joined_on, 12 * year)
    assert membership_year(joined_on, anniversary) == year
    assert membership_year(joined_on, anniversary - DAY) == year - 1


@pytest.mark.parametrize("status", MemberStatus)
def test_only_active_and_lapsing_members_count(status: MemberStatus) -> None:
    assert counts_as_member(Standing(status)) is (status in {MemberStatus.ACTIVE, MemberStatus.LAPSING})


def test_every_rule_and_standing_has_spanish() -> None:
    catalogue = read_catalogue("es")
    sentences = [*(rule.asks for rule in RULES), *STATUS_NAMES.values()]
    assert set(STATUS_NAMES) == set(MemberStatus)
    assert [text for text in sentences if not (text in catalogue and catalogue[text].string)] == []
