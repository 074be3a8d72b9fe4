"""Whether a webhook comes from the provider: it signs our public address and the form with the account's token."""

from collections.abc import Iterable
from typing import Final

from litestar.datastructures import MultiDict
from twilio.request_validator import RequestValidator

SIGNATURE_LENGTH: Final = 28  # base64 of a SHA-1


def is_signed(
    auth_token: str,
    public_url: str,
    path_and_query: str,
    form_items: Iterable[tuple[str, object]],
    signature: str | None,
) -> bool:
    """Whether `signature` (header X-Twilio-Signature) is the one for this form at this address. Never raises.

    `public_url` is the setting, never the Host header; `path_and_query` is as received, undecoded; `form_items` are
    the form's pairs, repeated names included. False without a token: anybody could sign with an empty one. A right
    signature stays right for ever: the caller makes a repeated report harmless.
    """
    items = list(form_items)
    if not auth_token or not path_and_query.startswith("/") or not _well_formed(signature):
        return False
    if not all(isinstance(part, str) for item in items for part in item):
        return False  # an uploaded file; the provider sends none
    url = public_url.rstrip("/") + path_and_query
    try:
        return bool(RequestValidator(auth_token).validate(url, MultiDict(items), signature))
    except ValueError:  # an address or a text that cannot be encoded
        return False


def _well_formed(signature: str | None) -> bool:
    return signature is not None and signature.isascii() and len(signature) == SIGNATURE_LENGTH
