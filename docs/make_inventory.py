"""Writes docs/reference/data-inventory.md from the code: `make docs`."""

from pathlib import Path

from teamhope.retention.inventory import as_markdown

(Path(__file__).parent / "reference" / "data-inventory.md").write_text(as_markdown(), encoding="utf-8")
