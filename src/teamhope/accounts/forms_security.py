"""What may be sent to prove who one is a second time, and to change how."""

from typing import Annotated

from msgspec import Meta, Struct

from teamhope.accounts.forms import Name, Password, Path

LONGEST_ANSWER = 20_000  # characters; a device that tells its whole chain of certificates needs about 6,000

Answer = Annotated[str, Meta(max_length=LONGEST_ANSWER)]
Code = Annotated[str, Meta(max_length=40)]


class PasskeyForm(Struct):
    passkey: Answer
    next: Path | None = None


class NewPasskeyForm(Struct):
    label: Name
    passkey: Answer
    next: Path | None = None


class SecondForm(Struct):
    code: Code
    next: Path | None = None


class AppForm(Struct):
    code: Code


class ConfirmForm(Struct):
    password: Password
    next: Path | None = None
