"""What may be sent to choose a password by a link, to ask for one, and to change what somebody may do."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.accounts.forms import LONGEST_PASSWORD, Email
from teamhope.accounts.rules import SHORTEST_PASSWORD
from teamhope.kit.forms import VERBATIM, FormProblems
from teamhope.vocabulary.people import Role

NewPassword = Annotated[str, Meta(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, extra={VERBATIM: True})]


class ChooseForm(Struct):
    password: NewPassword
    again: Annotated[str, Meta(extra={VERBATIM: True})]

    def __post_init__(self) -> None:
        if self.password != self.again:
            raise FormProblems([("again", "passwords_differ", {})])


class ResetForm(Struct):
    email: Email


class RoleForm(Struct):
    role: Role
    team: UUID | None
