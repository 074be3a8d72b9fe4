"""The answers of an entry in words, one section for each step, to be read aloud and corrected before they are saved."""

from collections.abc import Iterable

from teamhope.families.entry_words import community
from teamhope.families.forms import WindowSent
from teamhope.families.forms_entry import Answers, PlanStep
from teamhope.kit import clock
from teamhope.kit.i18n import format_month, format_time, gettext, weekday_names, zone_name
from teamhope.vocabulary.families import ContactPreference, Voicemail
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.words import word

Pair = tuple[str, str]
Section = tuple[str, list[Pair]]  # the step, and (question, answer)


def sections(answers: Answers) -> list[Section]:
    return [
        ("who", list(_who(answers))),
        ("experience", list(_experience(answers))),
        ("reach", list(_reach(answers))),
        ("consent", list(_consent(answers))),
        ("wishes", list(_wishes(answers))),
    ]


def _yes(answer: bool) -> str:
    return gettext("Yes") if answer else gettext("No")


def _texts(reach: PlanStep) -> str:
    if not reach.safe_to_text:
        return gettext("No")
    return gettext("Yes, without the time") if reach.no_time_in_text else gettext("Yes")


def _or_unknown(text: str | None) -> str:
    return text or gettext("Not known")


def _who(answers: Answers) -> Iterable[Pair]:
    who = answers.who
    spoken = ((who.language_1, who.level_1), (who.language_2, who.level_2))
    languages = [f"{word('language', code)} ({label(level)})" for code, level in spoken if code]
    yield gettext("First name"), who.first_name
    yield gettext("Relation to the child"), word("relation", who.relation)
    yield gettext("Phone"), _or_unknown(who.phone)
    yield gettext("Languages"), _or_unknown(", ".join(languages))
    if who.under_18:
        yield gettext("Age"), gettext("This person is under 18")
    yield gettext("How they came to us"), label(who.source)


def _experience(answers: Answers) -> Iterable[Pair]:
    what, month = answers.experience, answers.request().month
    yield gettext("Kind of experience"), word("case_type", what.case_type)
    yield gettext("Details"), ", ".join(word("subtype", code) for code in what.subtypes) or "–"
    yield gettext("Where things stand"), word("trajectory", what.trajectory)
    yield gettext("Month it happened"), _or_unknown(format_month(month) if month else None)
    yield gettext("Age of the child then"), label(what.child_age_band)
    yield gettext("Gender of the child"), label(what.child_gender)


def _reach(answers: Answers) -> Iterable[Pair]:
    reach = answers.reach
    yield gettext("Who calls"), label(reach.contact_preference)
    if reach.contact_preference is ContactPreference.PROGRAM_CALLS:
        yield gettext("Safe to call"), _yes(reach.safe_to_call)
        yield gettext("Answers calls from hidden numbers"), _yes(reach.answers_blocked_numbers)
    leaves = reach.voicemail is Voicemail.AGREED_WORDS and reach.agreed_words
    yield gettext("Voicemail"), f"“{reach.agreed_words}”" if leaves else label(Voicemail.NONE)
    yield gettext("Who else uses or hears the phone"), _or_unknown(reach.shared_with)
    yield gettext("If someone else answers"), label(reach.if_someone_else_answers)
    yield gettext("Texts"), _texts(reach)
    if reach.code_word:
        yield gettext("Code word"), reach.code_word
    yield gettext("Time zone"), _or_unknown(reach.timezone and zone_name(reach.timezone, clock.now()))
    yield gettext("State"), _or_unknown(reach.state)
    yield gettext("Best times"), ", ".join(_window(each) for each in reach.windows) or gettext("Any time we may call")


def _window(sent: WindowSent) -> str:
    window = sent.window()
    return f"{weekday_names()[window.weekday]} {format_time(window.start)}–{format_time(window.end)}"


def _consent(answers: Answers) -> Iterable[Pair]:
    consent = answers.consent
    yield gettext("Agreed to"), ", ".join(label(kind) for kind in consent.consents) or gettext("Nothing yet")
    if consent.consents:
        yield gettext("How it was given"), f"{label(consent.method)} ({consent.wording_version})"
    for _, person in consent.blocked():
        named = ", ".join(part for part in (person.name, person.phone, person.relation) if part)
        yield gettext("Must not be reached or told"), f"{named} – {label(person.scope)}"


def _wishes(answers: Answers) -> Iterable[Pair]:
    wishes = answers.wishes
    if wishes.gender:
        yield gettext("Volunteer"), f"{label(wishes.gender)} ({label(wishes.gender_strength)})"
    if wishes.same_relation:
        yield gettext("Same relation to the child"), label(wishes.same_relation)
    if wishes.not_from_state:
        yield gettext("Not from the family's state"), label(wishes.not_from_state)
    if wishes.community:
        yield gettext("Community"), f"{community(wishes.community)} ({label(wishes.community_strength)})"
    yield gettext("Kind of support"), label(wishes.match_mode)
    yield gettext("Urgency"), label(wishes.urgency)
    if wishes.imminent_risk:
        yield gettext("Danger"), gettext("Somebody is in danger now")
