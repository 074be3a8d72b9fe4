"""How a family may be reached safely on one number: whether the plan can be true, and when it must be asked again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from teamhope.families.rules import CONFIRMED_WITHIN_DAYS
from teamhope.families.rules_entry import AGREED_WORDS_LONGEST, WINDOWS_MOST, Problem, agreed_words_problem
from teamhope.families.rules_entry import windows_problem as problem_of_windows
from teamhope.vocabulary.families import ContactPreference, IfSomeoneElseAnswers, Voicemail, Window

ASK_BEFORE: Final = timedelta(days=14)  # time enough to reach a family once before calls have to stop


@dataclass(frozen=True, slots=True)
class Plan:
    """What the family said of one number, and of itself. `windows` empty: any hour in which we may call."""

    contact_preference: ContactPreference
    safe_to_call: bool
    answers_blocked_numbers: bool
    voicemail: Voicemail
    agreed_words: str | None
    shared_with: str | None
    if_someone_else_answers: IfSomeoneElseAnswers
    only_i_see_this_phone: bool
    safe_to_text: bool
    no_time_in_text: bool
    code_word: str | None
    windows: tuple[Window, ...] = ()


def problems_of_plan(plan: Plan) -> tuple[Problem, ...]:
    """Everything that cannot be true, in the order of the form."""
    leaves = plan.voicemail is Voicemail.AGREED_WORDS
    words = agreed_words_problem(plan.agreed_words or "") if leaves else None
    says = plan.if_someone_else_answers is IfSomeoneElseAnswers.SAY_AGREED_WORDS
    checks: tuple[tuple[str, str | None, dict[str, object]], ...] = (
        ("agreed_words", words, {"longest": AGREED_WORDS_LONGEST}),
        ("if_someone_else_answers", "no_words_to_say" if says and not leaves else None, {}),
        ("safe_to_text", "text_needs_own_phone" if plan.safe_to_text and not plan.only_i_see_this_phone else None, {}),
        ("day_1", problem_of_windows(plan.windows), {"most": WINDOWS_MOST}),
    )
    return tuple((field, code, facts) for field, code, facts in checks if code is not None)


def reconfirmation(confirmed_on: date, today: date) -> str | None:
    """What staff are asked: `confirm_soon` from ASK_BEFORE the last day on which it counts, `confirm_now` after it.

    Both dates are the family's. Source: domain.md §2.3 (1).
    """
    last = confirmed_on + timedelta(days=CONFIRMED_WITHIN_DAYS)
    if today > last:
        return "confirm_now"
    return "confirm_soon" if today >= last - ASK_BEFORE else None
