"""What the pages of families offer and show, in the reader's language: choices, zones, and words of codes."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup

from teamhope.accounts.rules import Visitor
from teamhope.families.queries_dates import DateView
from teamhope.kit import clock, i18n
from teamhope.kit.i18n import N_, gettext
from teamhope.vocabulary import consents
from teamhope.vocabulary.families import (
    COMMUNITIES,
    BlockedEnd,
    BlockedReason,
    BlockedScope,
    ChildAgeBand,
    ChildGender,
    ConsentKind,
    ConsentMethod,
    ContactPreference,
    Gender,
    HoldReason,
    IfSomeoneElseAnswers,
    IntakeSource,
    LanguageLevel,
    MatchMode,
    PhoneKind,
    PreferenceAttribute,
    SpokenLanguage,
    Strength,
    Urgency,
    Voicemail,
)
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.places import STATES, ZONES
from teamhope.vocabulary.programme import Kind
from teamhope.vocabulary.words import subtype_choices, word, word_choices

COMMUNITY_WORDS: Final = {
    "faith": N_("Community of faith"),
    "tribal": N_("Tribal community"),
    "military": N_("Military family"),
    "lgbtq": N_("LGBTQ+"),
}
STEP_NAMES: Final = (
    N_("Who"),
    N_("Experience"),
    N_("Safe contact"),
    N_("Consent"),
    N_("Wishes"),
    N_("Check answers"),
)
HANDOVER_CONSENTS: Final = (ConsentKind.HANDOVER_FACTS, ConsentKind.HANDOVER_NOTE)  # asked when a volunteer leaves
ASKED_CONSENTS: Final = tuple(
    kind for kind in ConsentKind if kind not in (ConsentKind.RELEASE_TO_THIRD_PARTY, *HANDOVER_CONSENTS)
)


def step_names() -> list[str]:
    return [gettext(name) for name in STEP_NAMES]


def community(code: str) -> str:
    return gettext(COMMUNITY_WORDS[code])


def read_aloud(kind: ConsentKind, spoken: str | None) -> Markup:
    """What is read to a family before it agrees, in its language and, where that is another, in the reader's."""
    words, theirs = consents.words_of(kind), "es" if spoken == "es" else "en"
    languages = dict.fromkeys((theirs, i18n.language.get()))
    spans = (Markup('<span lang="{}">“{}”</span>').format(code, words.in_language(code)) for code in languages)
    return Markup("<br>").join(spans)


def consent_choices(spoken: str | None, kinds: Iterable[ConsentKind] = ASKED_CONSENTS) -> list[tuple[str, str, Markup]]:
    """With the words to read aloud to somebody who speaks this language."""
    return [(kind, label(kind), read_aloud(kind, spoken)) for kind in kinds]


def choices_of(spoken: str | None = None) -> dict[str, Any]:
    """Every list that a page of families offers, by the name of what is chosen; `spoken`: the family's language."""
    kinds: tuple[Kind, ...] = ("case_type", "trajectory", "relation", "language")
    days = list(enumerate(i18n.weekday_names()))
    return {
        **{kind: word_choices(kind) for kind in kinds},
        "subtype": subtype_choices(),
        "zone": i18n.zone_choices(ZONES, clock.now()),
        "state": [(code, code) for code in sorted(STATES)],
        "weekday": days,
        "community": [(code, community(code)) for code in COMMUNITIES],
        "age": choices(ChildAgeBand),
        "child_gender": choices(ChildGender),
        "phone_kind": choices(PhoneKind),
        "level": choices(LanguageLevel),
        "source": choices(IntakeSource),
        "preference": choices(ContactPreference),
        "voicemail": choices(Voicemail),
        "someone_else": choices(IfSomeoneElseAnswers),
        "consent": consent_choices(spoken),
        "method": choices(ConsentMethod),
        "scope": choices(BlockedScope),
        "reason": choices(BlockedReason),
        "end": choices(BlockedEnd),
        "hold": choices(HoldReason),
        "gender": choices(Gender),
        "strength": choices(Strength),
        "mode": choices(MatchMode),
        "urgency": choices(Urgency),
    }


def words_for(visitor: Visitor) -> dict[str, Any]:
    """What every page of families writes codes and instants with."""
    return {
        "label": label,
        "word": word,
        "spoken": spoken,
        "zone_words": zone_words,
        "wish_words": wish_words,
        "zone": visitor.timezone,
        "role": visitor.actor.role,
    }


def date_words(it: DateView) -> str:
    day = i18n.format_day_of_year(it.day.date())
    return gettext("%(day)s (they asked to be called on that day)", day=day) if it.call_on else day


def spoken(languages: Iterable[SpokenLanguage]) -> str:
    return ", ".join(f"{word('language', each.code)} ({label(each.level)})" for each in languages) or gettext(
        "Not known"
    )


def zone_words(zone: str | None) -> str:
    return i18n.zone_name(zone, clock.now()) if zone else gettext("Not known")


def wish_words(wish: Mapping[str, str]) -> tuple[str, str]:
    """What the family wishes of a volunteer, and how much it matters."""
    attribute, value = PreferenceAttribute(wish["attribute"]), wish["value"]
    shown = gettext("Yes")
    if attribute is PreferenceAttribute.VOLUNTEER_GENDER:
        shown = label(Gender(value))
    elif attribute is PreferenceAttribute.COMMUNITY:
        shown = community(value)
    elif attribute is PreferenceAttribute.NOT_FROM_STATE:
        shown = value
    return label(attribute), f"{shown} ({label(Strength(wish['strength']))})"
