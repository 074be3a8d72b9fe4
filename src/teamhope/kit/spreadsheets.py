"""What a spreadsheet would run instead of showing it."""

from typing import Final

STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # in Excel, LibreOffice and Google Sheets


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before one that begins like one."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
