"""How often each outcome of a call is drawn."""

from collections.abc import Mapping
from typing import Final

from teamhope.vocabulary.calls import Outcome

# Shares of attempts, in percent (domain.md §7); voicemail is left only where it is agreed and due.
REACHED: Final[Mapping[Outcome, float]] = {Outcome.REACHED: 45, Outcome.CRISIS_ESCALATED: 0.3}
NOT_REACHED: Final[Mapping[Outcome, float]] = {
    Outcome.LEFT_VOICEMAIL: 33,
    Outcome.NO_ANSWER: 12,
    Outcome.BUSY: 1,
    Outcome.MESSAGE_WITH_PERSON: 1.5,
}
IN_BETWEEN: Final[Mapping[Outcome, float]] = {
    Outcome.REACHED_BRIEF: 1.5,
    Outcome.CALLBACK_REQUESTED: 1.5,
    Outcome.DECLINED_TODAY: 1,
    Outcome.CALL_FAILED: 0.5,
}
EVERY_OUTCOME: Final[Mapping[Outcome, float]] = {**REACHED, **NOT_REACHED, **IN_BETWEEN}
