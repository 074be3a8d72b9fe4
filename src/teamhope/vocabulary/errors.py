"""What a use case may refuse. Each has a stable code; pages and API turn it into a sentence."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum


class Refused(Exception):
    """An act that the rules do not allow. `facts` fill the sentence; they never hold a person's name or number."""

    status = 409

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NotFound(Refused):
    """The thing is not there, or the actor may not know whether it is."""

    status = 404

    def __init__(self, what: str = "page") -> None:
        super().__init__("not_found", what=what)


class Forbidden(Refused):
    status = 403


class SignInNeeded(Refused):
    status = 401

    def __init__(self) -> None:
        super().__init__("sign_in_needed")


class SecondFactorNeeded(Refused):
    """She must set up a second factor before she goes on."""

    status = 403

    def __init__(self) -> None:
        super().__init__("second_factor_needed")


class ProofNeeded(Refused):
    """She must prove once more who she is: the last proof is too old for this act."""

    status = 403

    def __init__(self) -> None:
        super().__init__("proof_needed")


class TooMany(Refused):
    status = 429

    def __init__(self, code: str, retry_after_seconds: int) -> None:
        super().__init__(code, seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Invalid(Refused):
    """What was sent cannot be true. `problems` are (field, code, facts) in the order of the form."""

    status = 422

    def __init__(self, problems: Sequence[tuple[str, str, dict[str, object]]]) -> None:
        super().__init__("invalid")
        self.problems = tuple(problems)

    @classmethod
    def field(cls, field: str, code: str, **facts: object) -> "Invalid":
        return cls([(field, code, facts)])


class NotThen(Refused):
    """A call cannot be at the wished time. `times`: when it can be next, in order, in the zone of who is called."""

    def __init__(self, code: str, open_times: Sequence[datetime], **facts: object) -> None:
        super().__init__(code, **facts)
        self.times = tuple(open_times)


class IllegalMove(Refused):
    """A state change that the machine does not know; `possible` names what it does."""

    def __init__(self, current: StrEnum, target: StrEnum, possible: Sequence[StrEnum]) -> None:
        super().__init__("illegal_move", current=current.value, target=target.value)
        self.possible = tuple(possible)
