"""Which digits may be a PIN, and what of a telephone's keys may be one."""

import pytest

from teamhope.accounts.rules_pins import ANYBODY, DIGITS, counted_as, is_easy, keyed_pin, new_pin, spaced

EASY = ["00000000", "11111111", "12345678", "87654321", "67890123", "10987654", "12121212", "11222333", "00000001"]
GOOD = ["48210937", "19840312", "12345679", "11223344"]


@pytest.mark.parametrize("pin", EASY)
def test_easy_ones_are_refused(pin: str) -> None:
    assert is_easy(pin)


@pytest.mark.parametrize("pin", GOOD)
def test_others_are_not(pin: str) -> None:
    assert not is_easy(pin)


def test_new_ones_are_by_chance_of_full_length_and_never_easy() -> None:
    pins = {new_pin() for _ in range(2000)}
    assert len(pins) > 1990
    assert all(len(pin) == DIGITS and pin.isdigit() and not is_easy(pin) for pin in pins)
    assert {pin[0] for pin in pins} == set("0123456789")


@pytest.mark.parametrize("keyed", ["", "0", "1234567", "123456789", "1234567*", "١٢٣٤٥٦٧٨", "12 34567", "1234567\n"])
def test_whatever_is_no_pin_is_not_looked_for(keyed: str) -> None:
    assert keyed_pin(keyed) is None


def test_what_is_keyed_is_kept_to_the_digit() -> None:
    assert keyed_pin("00482109") == "00482109"
    assert spaced("00482109") == "0048 2109"


def test_each_telephone_is_counted_apart_from_the_count_of_all() -> None:
    assert len({ANYBODY, counted_as("+12025550100"), counted_as("+12025550101"), counted_as("")}) == 4
