"""The steps of entering a request: flat answers of a page, and the request they make together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from teamhope.families.forms import (
    CONSENT_WORDING,
    LINE,
    BlockedSent,
    Circumstances,
    Code,
    ConsentSent,
    ContactSent,
    LanguageSent,
    Line,
    Month,
    Name,
    NewRequest,
    Number,
    PreferenceSent,
    WindowSent,
    WordingVersion,
    Zone,
)
from teamhope.families.rules_plan import Plan
from teamhope.kit.forms import AsSent, FormProblems, Problem, Values, read_form
from teamhope.vocabulary.families import (
    BlockedReason,
    BlockedScope,
    ChildAgeBand,
    ChildGender,
    ConsentKind,
    ConsentMethod,
    ContactPreference,
    Gender,
    IfSomeoneElseAnswers,
    IntakeSource,
    LanguageLevel,
    MatchMode,
    PhoneKind,
    PreferenceAttribute,
    Strength,
    Urgency,
    Voicemail,
)

LanguageCode = Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")]
Weekday = Annotated[int, Meta(ge=0, le=6)]
WINDOWS: Final = (1, 2, 3, 4, 5, 6, 7)
BLOCKED: Final = (1, 2)


class WhoStep(Struct, frozen=True):
    first_name: Line
    relation: Code
    phone: Number | None = None
    phone_kind: PhoneKind = PhoneKind.MOBILE
    language_1: LanguageCode | None = None
    level_1: LanguageLevel = LanguageLevel.NATIVE
    language_2: LanguageCode | None = None
    level_2: LanguageLevel = LanguageLevel.CONVERSATIONAL
    under_18: bool = False
    source: IntakeSource = IntakeSource.SELF_REFERRAL_PHONE


class ExperienceStep(Struct, frozen=True):
    case_type: Code | None = None
    subtypes: Annotated[list[Code], Meta(max_length=20)] = []
    trajectory: Code | None = None
    event_month: Month | None = None
    child_age_band: ChildAgeBand = ChildAgeBand.UNKNOWN
    child_gender: ChildGender = ChildGender.UNKNOWN


class PlanStep(Struct, frozen=True):
    """How the family may be reached safely on one number."""

    contact_preference: ContactPreference = ContactPreference.PROGRAM_CALLS
    safe_to_call: bool = False
    answers_blocked_numbers: bool = False
    voicemail: Voicemail = Voicemail.NONE
    agreed_words: Annotated[str, Meta(max_length=400, pattern=LINE)] | None = None
    shared_with: Line | None = None
    if_someone_else_answers: IfSomeoneElseAnswers = IfSomeoneElseAnswers.HANG_UP
    only_i_see_this_phone: bool = False
    safe_to_text: bool = False
    no_time_in_text: bool = False
    code_word: Line | None = None
    day_1: Weekday | None = None
    from_1: time | None = None
    until_1: time | None = None
    day_2: Weekday | None = None
    from_2: time | None = None
    until_2: time | None = None
    day_3: Weekday | None = None
    from_3: time | None = None
    until_3: time | None = None
    day_4: Weekday | None = None
    from_4: time | None = None
    until_4: time | None = None
    day_5: Weekday | None = None
    from_5: time | None = None
    until_5: time | None = None
    day_6: Weekday | None = None
    from_6: time | None = None
    until_6: time | None = None
    day_7: Weekday | None = None
    from_7: time | None = None
    until_7: time | None = None

    def __post_init__(self) -> None:
        halves = [n for n in WINDOWS if None in (row := self._row(n)) and any(part is not None for part in row)]
        if halves:
            raise FormProblems([(f"day_{n}", "window_incomplete", {}) for n in halves])

    def _row(self, n: int) -> tuple[int | None, time | None, time | None]:
        return getattr(self, f"day_{n}"), getattr(self, f"from_{n}"), getattr(self, f"until_{n}")

    @property
    def windows(self) -> tuple[WindowSent, ...]:
        rows = (self._row(n) for n in WINDOWS)
        return tuple(
            WindowSent(weekday=day, start=f"{start:%H:%M}", end=f"{end:%H:%M}")
            for day, start, end in rows
            if day is not None and start is not None and end is not None
        )

    def plan(self) -> Plan:
        return Plan(
            contact_preference=self.contact_preference,
            safe_to_call=self.safe_to_call,
            answers_blocked_numbers=self.answers_blocked_numbers,
            voicemail=self.voicemail,
            agreed_words=self.agreed_words,
            shared_with=self.shared_with,
            if_someone_else_answers=self.if_someone_else_answers,
            only_i_see_this_phone=self.only_i_see_this_phone,
            safe_to_text=self.safe_to_text,
            no_time_in_text=self.no_time_in_text,
            code_word=self.code_word,
            windows=tuple(each.window() for each in self.windows),
        )


class ReachStep(PlanStep, frozen=True):
    timezone: Zone | None = None
    state: Annotated[str, Meta(max_length=2)] | None = None


class ConsentStep(Struct, frozen=True):
    consents: Annotated[list[ConsentKind], Meta(max_length=10)] = []
    method: ConsentMethod = ConsentMethod.VERBAL_RECORDED_BY_STAFF
    wording_version: WordingVersion = CONSENT_WORDING
    blocked_name_1: Name | None = None
    blocked_phone_1: Number | None = None
    blocked_relation_1: Line | None = None
    blocked_scope_1: BlockedScope = BlockedScope.NO_CONTACT
    blocked_reason_1: BlockedReason | None = None
    blocked_name_2: Name | None = None
    blocked_phone_2: Number | None = None
    blocked_relation_2: Line | None = None
    blocked_scope_2: BlockedScope = BlockedScope.NO_CONTACT
    blocked_reason_2: BlockedReason | None = None

    def blocked(self) -> Iterator[tuple[int, BlockedSent]]:
        """(row of the form, person) for each row in which somebody is named."""
        for n in BLOCKED:
            name, phone = getattr(self, f"blocked_name_{n}"), getattr(self, f"blocked_phone_{n}")
            relation = getattr(self, f"blocked_relation_{n}")
            if name or phone or relation:
                scope, reason = getattr(self, f"blocked_scope_{n}"), getattr(self, f"blocked_reason_{n}")
                yield n, BlockedSent(relation=relation or "", scope=scope, name=name, phone=phone, reason=reason)


class WishStep(Struct, frozen=True):
    gender: Gender | None = None
    gender_strength: Strength = Strength.PREFERRED
    same_relation: Strength | None = None
    not_from_state: Strength | None = None
    community: Code | None = None
    community_strength: Strength = Strength.PREFERRED
    match_mode: MatchMode = MatchMode.ONE_TO_ONE
    urgency: Urgency = Urgency.ROUTINE
    imminent_risk: bool = False


STEPS: Final[dict[str, type[Struct]]] = {
    "who": WhoStep,
    "experience": ExperienceStep,
    "reach": ReachStep,
    "consent": ConsentStep,
    "wishes": WishStep,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """All steps together."""

    who: WhoStep
    experience: ExperienceStep
    reach: ReachStep
    consent: ConsentStep
    wishes: WishStep

    def request(self) -> NewRequest:
        experience = self.experience
        return NewRequest(
            relation=self.who.relation,
            contact=self._contact(),
            timezone=self.reach.timezone,
            state=self.reach.state,
            case_type=experience.case_type,
            subtypes=tuple(experience.subtypes),
            trajectory=experience.trajectory,
            event_month=experience.event_month,
            child_age_band=experience.child_age_band,
            child_gender=experience.child_gender,
            urgency=self.wishes.urgency,
            consents=tuple(
                ConsentSent(kind=kind, method=self.consent.method, wording_version=self.consent.wording_version)
                for kind in self.consent.consents
            ),
            blocked_persons=tuple(person for _, person in self.consent.blocked()),
            preferences=tuple(self._preferences()),
        )

    def _contact(self) -> ContactSent:
        who, reach = self.who, self.reach
        spoken = ((who.language_1, who.level_1), (who.language_2, who.level_2))
        return ContactSent(
            first_name=who.first_name,
            phone=who.phone,
            languages=tuple(LanguageSent(code=code, level=level) for code, level in spoken if code),
            windows=reach.windows,
            safe_to_call=reach.safe_to_call,
            voicemail=reach.voicemail,
            agreed_words=reach.agreed_words,
            safe_to_text=reach.safe_to_text,
            only_i_see_this_phone=reach.only_i_see_this_phone,
            no_time_in_text=reach.no_time_in_text,
            shared_with=reach.shared_with,
            code_word=reach.code_word,
            if_someone_else_answers=reach.if_someone_else_answers,
            answers_blocked_numbers=reach.answers_blocked_numbers,
            contact_preference=reach.contact_preference,
        )

    def _preferences(self) -> Iterable[PreferenceSent]:
        wishes, state = self.wishes, self.reach.state
        rows: tuple[tuple[PreferenceAttribute, str | None, Strength | None], ...] = (
            (PreferenceAttribute.VOLUNTEER_GENDER, wishes.gender, wishes.gender_strength),
            (PreferenceAttribute.SAME_RELATION, "yes", wishes.same_relation),
            (PreferenceAttribute.NOT_FROM_STATE, state, wishes.not_from_state),
            (PreferenceAttribute.COMMUNITY, wishes.community, wishes.community_strength),
        )
        return (
            PreferenceSent(attribute=attribute, value=value, strength=strength)
            for attribute, value, strength in rows
            if value and strength
        )

    def circumstances(self) -> Circumstances:
        return Circumstances(
            adult=not self.who.under_18,
            imminent_risk=self.wishes.imminent_risk,
            match_mode=self.wishes.match_mode,
            source=self.who.source,
            phone_kind=self.who.phone_kind,
        )

    def field_of(self, path: str) -> str:
        """The field of the pages in which the answer at this path of the request was given."""
        part, _, rest = path.partition(".")
        if part == "blocked_persons":
            index, _, name = rest.partition(".")
            rows = [row for row, _ in self.consent.blocked()]
            return f"blocked_{name}_{rows[int(index)]}"
        return FIELDS.get(part if part in FIELDS else path, rest or part)


FIELDS: Final = {
    "contact.languages": "language_1",
    "contact.windows": "day_1",
    "consents": "method",
    "preferences": "community",
}
STEP_OF: Final = {name: step for step, struct in STEPS.items() for name in struct.__struct_fields__}


def read_answers(values: Values) -> Answers:
    """Raises FormProblems naming every wrong field of every step, in their order."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for step, form in STEPS.items():
        try:
            found[step] = read_form(
                form, AsSent({name: each for name, each in values.items() if STEP_OF[name] == step})
            )
        except FormProblems as wrong:
            problems += wrong.problems
    if problems:
        raise FormProblems(problems, values)
    return Answers(**found)
