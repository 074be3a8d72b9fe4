"""What the pages of matching say of a family's wishes, of times, and of the steps of a match."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Final

from teamhope.families.rules_hours import EASTERN
from teamhope.kit.i18n import (
    N_,
    format_clock,
    format_moment,
    format_number,
    format_time,
    format_two_zones,
    gettext,
    ngettext,
    weekday_names,
    zone_name,
)
from teamhope.matching.labels import label_of
from teamhope.matching.queries import MessageRules, Offered
from teamhope.matching.queries_snapshot import Asked, Preference
from teamhope.matching.rules_handover import ACCOMPANIES, Handover
from teamhope.matching.rules_snapshot import Request
from teamhope.matching.service_everyone import Cost
from teamhope.matching.service_gather import Candidate
from teamhope.matching.service_offers import Offer
from teamhope.vocabulary.families import ContactPreference, PreferenceAttribute, Strength, Window
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.states import MATCH_MOVES, MAY_BE_CALLED, MatchStatus

Facts = list[tuple[str, str]]

PREFERENCES: Final = {
    PreferenceAttribute.VOLUNTEER_GENDER: N_("Volunteer: %(value)s"),
    PreferenceAttribute.NOT_FROM_STATE: N_("Not from %(value)s"),
    PreferenceAttribute.COMMUNITY: N_("From: %(value)s"),
    PreferenceAttribute.SAME_RELATION: N_("Same role in the family"),
}
WISHES: Final = {
    "experience": N_("Somebody with another kind of experience"),
    "gender": N_("Not of the gender that the family requires"),
    "relation": N_("Not in the same role in the family"),
    "community": N_("Not of the community that the family requires"),
    "hours": N_("At other hours"),
    "state": N_("Also from the state that was ruled out"),
}
KINDS: Final = {
    PreferenceAttribute.VOLUNTEER_GENDER: "gender",
    PreferenceAttribute.NOT_FROM_STATE: "state",
    PreferenceAttribute.COMMUNITY: "community",
}
# The steps that a coordinator takes, each with the last part of its address.
STEPS: Final = {
    MatchStatus.REJECTED_BY_COORDINATOR: ("withdraw", N_("Take the offer back")),
    MatchStatus.FAMILY_NOTIFIED: ("family-said-yes", N_("The family said yes")),
    MatchStatus.INTRODUCED: ("introduce", N_("Introduce them and plan the first call")),
    MatchStatus.ACTIVE: ("resume", N_("Go on with the calls")),
    MatchStatus.PAUSED: ("pause", N_("Pause the calls")),
    MatchStatus.TRANSFERRING: ("transfer", N_("Look for another volunteer")),
    MatchStatus.UNABLE_TO_CONTACT: ("unable-to-contact", N_("The family cannot be reached")),
    MatchStatus.CLOSING: ("begin-closing", N_("Prepare the end")),
}
PLAN_CALL: Final = ("plan-call", N_("Plan the next call"))
# What a volunteer reads of her answer: how it stands, and what follows.
STATES_OF_HERS: Final = {
    MatchStatus.ACCEPTED: (N_("Thank you for your yes."), N_("A coordinator now tells the family.")),
    MatchStatus.FAMILY_NOTIFIED: (N_("The family said yes too."), N_("A coordinator introduces you soon.")),
    MatchStatus.DECLINED_BY_VOLUNTEER: (N_("You answered: not this time."), N_("That is all; nobody asks why.")),
    MatchStatus.EXPIRED: (N_("The time to answer is over."), N_("Somebody else is asked. That is all right.")),
    MatchStatus.REJECTED_BY_COORDINATOR: (N_("This offer was taken back."), ""),
}
OVER: Final = (N_("This is over."), "")
APART: Final = {"room_for_one": "room", "room_for_more": "room", "not_known": "not_known"}


def steps_from(status: MatchStatus, *, has_call: bool) -> list[tuple[str, str]]:
    """Address and words of what a coordinator can do next. A first conversation alone makes a match active.

    `has_call`: a call is planned, or waits; without one, where calls are made, the next can be planned.
    """
    possible = MATCH_MOVES[status] - ({MatchStatus.ACTIVE} if status is MatchStatus.INTRODUCED else set())
    plan = [PLAN_CALL] if status in MAY_BE_CALLED and not has_call else []
    steps = [*plan, *(step for target, step in STEPS.items() if target in possible)]
    return [(path, gettext(words)) for path, words in steps]


def state_of_hers(status: MatchStatus) -> tuple[str, str]:
    """How it stands, and what follows where something does."""
    if status in ACCOMPANIES:
        return gettext("You accompany this family."), ""
    stands, follows = STATES_OF_HERS.get(status, OVER)
    return gettext(stands), gettext(follows) if follows else ""


def family_facts(asked: Asked, zone: str) -> Facts:
    """What a coordinator chooses by; nobody's name. Times of the page are in `zone`, the family's hours in its own."""
    facts = [(gettext("Family reference"), asked.family_no), *need_facts(asked.need)]
    wishes = [wish_in_words(each) for each in asked.preferences]
    if wishes:
        facts.append((gettext("Wishes"), ", ".join(wishes)))
    if asked.ready_at is not None:
        facts.append((gettext("Waiting since"), format_moment(asked.ready_at, zone)))
    return facts


def need_facts(need: Request) -> Facts:
    lived = need.lived
    experience = [label_of("case_type", lived.case_type)] if lived.case_type else []
    experience += [label_of("subtype", code) for code in sorted(lived.subtypes)]
    unknown = gettext("not known")
    return [
        (gettext("Who will get the calls"), label_of("relation", lived.relation) if lived.relation else unknown),
        (gettext("Language"), ", ".join(label_of("language", code) for code in need.languages) or unknown),
        (gettext("Experience"), ", ".join(experience) or unknown),
        (gettext("Point in the story"), label_of("trajectory", lived.trajectory) if lived.trajectory else unknown),
        (gettext("Best times"), best_times(need)),
    ]


def best_times(need: Request) -> str:
    """The family's windows on its own clock."""
    if need.zone is None:
        return gettext("not known; the time zone is missing")
    named = hours_in_words(need.windows) or gettext("no hours named; the usual ones")
    return f"{named} ({label_zone(need.zone.key)})"


def label_zone(zone: str) -> str:
    # In midsummer and midwinter a zone is called the same, but for the few that keep standard time all year.
    return zone_name(zone, datetime(2026, 1, 1, tzinfo=EASTERN))


def hours_in_words(windows: Iterable[Window]) -> str:
    """Days that have the same hours are named together: "Monday to Friday 6:00 PM–8:00 PM; Sunday …"."""
    days: dict[tuple[time, time], list[int]] = {}
    for window in sorted(windows):
        days.setdefault((window.start, window.end), []).append(window.weekday)
    return "; ".join(
        f"{_days(of)} {_unbroken(start)}\u2060–\u2060{_unbroken(end)}" for (start, end), of in days.items()
    )


def _unbroken(at: time) -> str:
    return format_time(at).replace(" ", "\u00a0")


def _days(weekdays: list[int]) -> str:
    names = weekday_names()
    if len(weekdays) == len(names):
        return gettext("every day")
    if len(weekdays) > 2 and weekdays == list(range(weekdays[0], weekdays[-1] + 1)):
        return gettext("%(first)s to %(last)s", first=names[weekdays[0]], last=names[weekdays[-1]])
    return ", ".join(names[day] for day in weekdays)


def wish_in_words(wish: Preference) -> str:
    value = label_of(KINDS.get(wish.attribute, ""), wish.value)
    words = gettext(PREFERENCES[wish.attribute], value=value)
    return f"{words} ({label(Strength.REQUIRED)})" if wish.strength is Strength.REQUIRED else words


def message_banner(asked: Asked, rules: MessageRules) -> tuple[str, str] | None:
    """What must be known before anybody calls: heading and sentence."""
    if asked.on_hold:
        return gettext("On hold."), gettext("Nobody calls this family until the hold has ended.")
    if asked.contact_preference is ContactPreference.THEY_CALL_US:
        return gettext("They call us."), gettext("This family asked us not to call; it calls when it can.")
    if not rules.may_leave_agreed_words and not rules.may_text:
        return gettext("No messages."), gettext("This family asked us not to leave voicemail or send texts.")
    if not rules.may_leave_agreed_words:
        return gettext("No voicemail."), gettext("This family asked us not to leave voicemail.")
    return None


def free_times(need: Request, candidate: Candidate) -> tuple[str, str]:
    """The first time both have, on the family's clock; and on the volunteer's where it shows another hour."""
    at = candidate.first_free_at
    if at is None or candidate.zone is None:
        return gettext("none in the coming weeks"), ""
    theirs = (need.zone or EASTERN).key
    family, hers = format_clock(at, theirs), format_clock(at, candidate.zone)
    clock = gettext("%(time)s for the volunteer (%(zone)s)", time=hers, zone=zone_name(candidate.zone, at))
    return format_moment(at, theirs), "" if family == hers else clock


def why_in_words(candidate: Candidate) -> dict[str, list[str]]:
    """Her room; the reasons for her place; cautions; and what is not known, which speaks neither way."""
    said: dict[str, list[str]] = {"room": [], "reasons": [], "cautions": [], "not_known": []}
    for kind, sentences in (("reasons", candidate.reasons), ("cautions", candidate.cautions)):
        for each in sentences:
            said[APART.get(each.code, kind)].append(each.text)
    return said


def loosening_in_words(loosening: Mapping[str, int]) -> list[str]:
    """What to talk over with the family where nobody fits, and how many volunteers it would bring."""
    return [one_loosening(wish, count) for wish, count in loosening.items()]


def one_loosening(wish: str, count: int) -> str:
    return ngettext(
        "%(wish)s: one volunteer would fit",
        "%(wish)s: %(num)s volunteers would fit",
        count,
        wish=loosened_in_words(wish),
    )


def loosened_in_words(wish: str) -> str:
    return gettext(WISHES[wish])


def handover_facts(handover: Handover) -> Facts:
    """What was left, as far as there is any."""
    topics = ", ".join(label_of("topic", code) for code in handover.topics)
    helps = ", ".join(map(label, handover.helps))
    note = handover.note or ""
    named = [(gettext("What they talked about"), topics), (gettext("What helps"), helps), (gettext("Note"), note)]
    return [(name, words) for name, words in named if words]


def prepared_in_words(at: datetime, zone: str) -> str:
    """When the night's proposal was made, on the reader's clock."""
    return gettext("Prepared at %(time)s (%(zone)s).", time=format_clock(at, zone), zone=zone_name(zone, at))


def cost_in_words(cost: Cost) -> str:
    """What a choice means for another family; nobody's name."""
    family = cost.asked.family_no
    if cost.after is None:
        spoken = ", ".join(label_of("language", code) for code in cost.asked.need.languages)
        return gettext("%(family)s (%(languages)s) would be left without a volunteer.", family=family, languages=spoken)
    return gettext(
        "%(family)s would get another volunteer, less alike (%(after)s instead of %(before)s of 100).",
        family=family,
        before=cost.before,
        after=cost.after,
    )


def offer_facts(offer: Offer, zone: str) -> Facts:
    """What a volunteer is told before her yes: nobody's name, no number, no place."""
    offered: Offered = offer.offered
    facts = [each for each in need_facts(offered.need) if each[0] != gettext("Best times")]
    facts.append((gettext("Hours you share in a week"), format_number(round(offer.shared_minutes / 60, 1))))
    if offer.first_free_at is not None:
        theirs = (offered.need.zone or EASTERN).key
        facts.append((gettext("First shared time"), format_two_zones(offer.first_free_at, theirs, zone)))
    if offered.answer_due_at is not None:
        facts.append((gettext("Please answer by"), format_moment(offered.answer_due_at, zone)))
    return facts
