"""What whoever imports has ticked."""

from msgspec import Struct


class ConfirmForm(Struct, frozen=True):
    skip_bad: bool = False
    with_alike: bool = False
    invite: bool = False
