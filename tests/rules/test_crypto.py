"""Sealed values, indexes and signatures."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.kit import crypto
from teamhope.kit.crypto import KeyProblem, KeyRing

OLD, NEW = b"o" * 32, b"n" * 32
RING = KeyRing(keys=(NEW, OLD), lookup=b"l" * 32, signing=b"s" * 32)
BEFORE = KeyRing(keys=(OLD,), lookup=b"l" * 32, signing=b"s" * 32)
PLACE = "contact.first_name.1"


@given(st.text(max_size=300))
def test_what_was_sealed_opens_again(text: str) -> None:
    assert crypto.unseal(RING, PLACE, crypto.seal(RING, PLACE, text)) == text


@given(st.text(min_size=4, max_size=50, alphabet=st.characters(codec="ascii", categories=["L"])))
def test_the_text_is_not_in_the_value_and_no_value_comes_twice(text: str) -> None:
    value = crypto.seal(RING, PLACE, text)
    assert text.encode() not in value
    assert value != crypto.seal(RING, PLACE, text)


def test_a_value_opens_only_where_it_was_sealed() -> None:
    with pytest.raises(KeyProblem, match="belongs elsewhere"):
        crypto.unseal(RING, "contact.first_name.2", crypto.seal(RING, PLACE, "Ana"))


@given(st.integers(0, 35), st.integers(1, 255))
def test_a_changed_value_does_not_open(at: int, flip: int) -> None:
    value = bytearray(crypto.seal(RING, PLACE, "Ana"))
    value[at % len(value)] ^= flip
    with pytest.raises(KeyProblem):
        crypto.unseal(RING, PLACE, bytes(value))


def test_an_old_key_opens_and_the_first_seals() -> None:
    assert crypto.unseal(RING, PLACE, crypto.seal(BEFORE, PLACE, "Ana")) == "Ana"
    with pytest.raises(KeyProblem, match="not in TEAMHOPE_ENCRYPTION_KEYS"):
        crypto.unseal(BEFORE, PLACE, crypto.seal(RING, PLACE, "Ana"))


def test_an_index_is_the_same_for_the_same_purpose_only() -> None:
    index = crypto.blind_index(RING, "email", "a@example.org")
    assert index == crypto.blind_index(BEFORE, "email", "a@example.org")
    assert index != crypto.blind_index(RING, "phone", "a@example.org")
    assert index != crypto.blind_index(KeyRing((NEW,), b"x" * 32, b"s" * 32), "email", "a@example.org")


@pytest.mark.parametrize(
    "keys", [(), ("short",), ("é",), (base64.b64encode(b"31 bytes only, not thirty-two..").decode(),)]
)
def test_a_key_that_is_none_is_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(KeyProblem):
        crypto.key_ring(keys, base64.b64encode(b"l" * 32).decode(), "secret")


def test_a_key_ring_does_not_show_its_keys() -> None:
    assert "nnnn" not in repr(RING)
