"""What people read when a link or a password is refused."""

from typing import Final

from teamhope.kit.i18n import N_

REFUSALS: Final = {
    "not_invited": N_("Only a person who may sign in and has an email can be sent a link."),
    "weak_password": N_(
        "This password is easy to guess. Use a longer one, "
        "for example four words that have nothing to do with each other."
    ),
    "passwords_differ": N_("The two passwords are not the same. Type both again."),
}
