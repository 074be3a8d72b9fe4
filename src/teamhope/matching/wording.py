"""What a coordinator reads for each reason, caution and exclusion: one sentence per code.

No sentence names the volunteer: her name stands beside it on the page, and never in an error or a log.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from teamhope.kit.i18n import N_, format_date, format_number, gettext
from teamhope.matching.rules_facts import Reason

Label = Callable[[str, str], str]  # kind and code of a word, of the programme or ours -> how the reader calls it

REASONS: Final[Mapping[str, str]] = {
    "same_experience": N_("Same experience: %(experience)s"),
    "same_group": N_("Similar experience: %(group)s"),
    "same_trajectory": N_("At the same point: %(trajectory)s"),
    "one_step_ahead": N_("One step further on: %(trajectory)s"),
    "near_trajectory": N_("At a point close by: %(trajectory)s"),
    "same_role": N_("Same role: %(relation)s"),
    "like_role": N_("Similar role: %(relation)s"),
    "other_role": N_("Another role that cares for the child: %(relation)s"),
    "same_circumstances": N_("Same circumstances: %(subtypes)s"),
    "months_since": N_("Their own experience began %(months)s months ago"),
    "years_since": N_("Their own experience began %(years)s years ago"),
    "wished_gender": N_("As the family wished: %(gender)s"),
    "wished_community": N_("Of the community the family named: %(communities)s"),
    "same_child": N_("A child of the same age and gender: %(age_band)s"),
    "same_age": N_("A child of the same age: %(age_band)s"),
    "next_age": N_("A child of nearly the same age: %(age_band)s"),
    "went_well_before": N_("Has accompanied this family before, and it went well"),
    "speaks": N_("Speaks %(language)s"),
    "shared_hours": N_("%(hours)s shared hours a week"),
    "one_shared_hour": N_("1 shared hour a week"),
    "room_for_one": N_("Room for 1 more (has %(load)s of %(capacity)s)"),
    "room_for_more": N_("Room for %(free)s more (has %(load)s of %(capacity)s)"),
    "not_known": N_("Not known: %(factor)s"),
}
CAUTIONS: Final[Mapping[str, str]] = {
    "few_shared_hours": N_("Less than 3 shared hours a week"),
    "own_event_too_near": N_("Less than %(months)s months since their own experience"),
    "same_anniversary": N_("What happened to both has its anniversary in the same month"),
    "own_hard_day_soon": N_("A day that hurts the volunteer falls in the first four weeks"),
    "hard_days_near": N_("Both have a day of the year that hurts, and the two are close together"),
    "taken_back_before": N_("Was offered this family before; the offer was taken back."),
    "accompanied_before": N_("Has accompanied this family before."),
    "not_reached_before": N_("Has tried to reach this family before."),
}
EXCLUSIONS: Final[Mapping[str, str]] = {
    "not_taking_families": N_("Not taking families now: %(status)s."),
    "credential_missing": N_("Not on record: %(credential)s."),
    "credential_expired": N_("Expired on %(date)s: %(credential)s."),
    "credential_expires": N_("Expires too soon, on %(date)s: %(credential)s."),
    "no_room": N_("Families now: %(load)s; the most is %(capacity)s."),
    "no_calls_left": N_("Calls in a week, with what is promised: %(calls)s; the most is %(most)s."),
    "no_acute_place": N_("Accompanies as many families in their first weeks as is possible at once."),
    "talk_first": N_("A conversation with staff comes first."),
    "rests": N_("Takes no new family for some hours."),
    "away": N_("Away through %(date)s."),
    "away_for_now": N_("Away until further notice."),
    "no_shared_language": N_("No shared language: needs %(languages)s."),
    "language_not_known": N_("The family's language is not known, or no volunteer speaks it."),
    "other_experience": N_("The volunteer's experience is %(groups)s; the family's is %(group)s."),
    "experience_not_known": N_("The kind of experience is not known."),
    "required_gender": N_("The family requires: %(gender)s."),
    "required_relation": N_("The family requires the same role: %(relation)s."),
    "required_relation_not_known": N_("The family requires the same role, and its own is not known."),
    "required_community": N_("The family requires someone of its community: %(communities)s."),
    "own_limit_case_type": N_("Asked not to take: %(case_types)s."),
    "own_limit_subtype": N_("Asked not to take: %(subtypes)s."),
    "own_limit_trajectory": N_("Asked not to take: %(trajectories)s."),
    "own_limit_state": N_("Asked not to take families from: %(states)s."),
    "own_limit_not_known": N_("Set a limit that cannot be checked: the family's %(limit)s is not known."),
    "own_limit_today": N_("Asked to be given nobody on these dates."),
    "possible_connection": N_("Possible connection: ask before matching."),
    "said_no_before": N_("Was asked for this family before and could not take it."),
    "no_answer_before": N_("Was asked for this family before and did not answer in time."),
    "did_not_fit_before": N_("Was matched with this family before, and it did not fit."),
    "stopped_before": N_("Accompanied this family before, and stopped."),
    "under_18": N_("The person to be called is under 18: an advocate has to plan it first."),
    "not_trained_for_survivors": N_("Not trained to accompany survivors, or not for long enough."),
    "sensitive_pairing": N_("Sensitive pairing (%(trajectory)s): ask both first."),
    "pairing_not_known": N_("Could be a sensitive pairing: how it ended is not known for one of the two."),
    "probation_experience": N_("On probation: this kind of experience is for later."),
    "probation_first_weeks": N_("On probation: not for a family in its first weeks."),
    "probation_one_family": N_("On probation: one family at a time."),
    "no_shared_time": N_("No time in the week that both can keep."),
    "hours_not_known": N_("The volunteer's hours or time zone are not known."),
    "from_ruled_out_state": N_("The family asked for someone outside %(state)s."),
}
FACTORS: Final[Mapping[str, str]] = {
    "experience": N_("kind of experience"),
    "trajectory": N_("point in the story"),
    "role": N_("role in the family"),
    "circumstances": N_("circumstances"),
    "time_since": N_("how long ago it was"),
    "availability": N_("hours"),
    "gender": N_("gender"),
    "community": N_("community"),
    "child": N_("child's age"),
    "language": N_("language"),
    "continuity": N_("earlier matches"),
}
LIMITS: Final[Mapping[str, str]] = {
    "case_type": N_("kind of experience"),
    "subtype": N_("circumstances"),
    "trajectory": N_("point in the story"),
    "state": N_("state"),
}
SENTENCES: Final[Mapping[str, str]] = {**REASONS, **CAUTIONS, **EXCLUSIONS}
# A fact's name -> the kind of word that its code, or each of its codes, is.
_KINDS: Final[Mapping[str, str]] = {
    "experience": "case_type",
    "languages": "language",
    "groups": "group",
    "communities": "community",
    "case_types": "case_type",
    "subtypes": "subtype",
    "trajectories": "trajectory",
    "states": "state",
}


def sentence(reason: Reason, label: Label) -> str:
    """The reason in the reader's language. `label` names codes: case types, languages, statuses, states."""
    facts = {name: _words(name, fact, label) for name, fact in reason.facts.items()}
    return gettext(SENTENCES[reason.code], **facts)


def _words(name: str, fact: object, label: Label) -> str:
    if name in ("factor", "limit"):
        return gettext((FACTORS if name == "factor" else LIMITS)[str(fact)])
    if isinstance(fact, date):
        return format_date(fact)
    if isinstance(fact, tuple):
        return ", ".join(label(_KINDS[name], str(code)) for code in fact)
    return label(_KINDS.get(name, name), fact) if isinstance(fact, str) else format_number(float(str(fact)))
