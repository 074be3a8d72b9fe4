"""What may be sent to sign in, and to manage people and tokens."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.kit.forms import VERBATIM
from teamhope.vocabulary.people import Role

LONGEST_PASSWORD = 200  # characters

Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Zone = Annotated[str, Meta(max_length=60)]
Path = Annotated[str, Meta(max_length=200)]
Password = Annotated[str, Meta(max_length=LONGEST_PASSWORD, extra={VERBATIM: True})]


class SignInForm(Struct):
    email: Annotated[str, Meta(max_length=254)]
    password: Password
    next: Path | None = None


class LanguageForm(Struct):
    locale: Annotated[str, Meta(pattern="^(en|es)$")]
    next: Path | None = None


class TextsForm(Struct):
    agreed: Annotated[str, Meta(pattern="^(yes|no)$")]


class PersonForm(Struct):
    name: Name
    email: Email
    role: Role
    timezone: Zone
    language: Annotated[str, Meta(pattern="^(en|es)$")]
    team: UUID | None = None


class TokenForm(Struct):
    label: Name
    role: Role | None = None
    person: UUID | None = None
