"""Every vendored file is the one written down, and no page may run or fetch what we did not ship."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/teamhope/static"
TEMPLATES = ROOT / "src/teamhope/templates"
TEST_VENDOR = ROOT / "tests/browser/vendor"
OURS = {"css/app.css", "js/app.js", "js/idle.js", "js/passkeys.js", "favicon.svg", "VENDOR.toml"}
SCRIPTS = [STATIC / name for name in sorted(OURS) if name.endswith(".js")]
XML_NAMES = re.compile(r"http://www\.w3\.org/(2000/svg|1999/xlink)")
OUTSIDE = re.compile(r"""https?:|["'(=]\s*//\w""")
STORING = r"localStorage|setItem|indexedDB|document\.cookie|\beval\b|innerHTML"
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|<script\b(?![^>]*\ssrc=)|\son[a-z]+\s*=|hx-on|javascript:|\bjs:", re.IGNORECASE
)


def vendored(folder: Path) -> list[dict[str, str]]:
    files: list[dict[str, str]] = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
    return files


def relative_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", [STATIC, TEST_VENDOR], ids=["static", "tests"])
def test_vendored_files_are_the_recorded_ones(folder: Path) -> None:
    for file in vendored(folder):
        assert sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]


def test_nothing_is_shipped_without_a_record() -> None:
    recorded = {file["path"] for file in vendored(STATIC)}
    shipped = {name for name in relative_files(STATIC) if not name.startswith("LICENSES/")}
    assert shipped == recorded | OURS


def test_every_file_that_the_styles_name_is_shipped() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        for name in re.findall(r"""url\(["']?([^)"']+)""", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / name).is_file(), f"{sheet.name} names {name}"


@pytest.mark.parametrize(
    "page", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_no_template_holds_inline_code_or_style(page: Path) -> None:
    assert INLINE.search(page.read_text(encoding="utf-8")) is None


def test_nothing_names_another_origin() -> None:
    texts = [*TEMPLATES.rglob("*.html"), *STATIC.glob("css/*.css"), *SCRIPTS]
    named = {path.name for path in texts if OUTSIDE.search(XML_NAMES.sub("", path.read_text(encoding="utf-8")))}
    assert named == set()


@pytest.mark.parametrize(
    "bad", ['<p style="color:red">', "<script>alert(1)</script>", '<a onclick="x()">', "<style>p{}</style>"]
)
def test_the_search_for_inline_code_finds(bad: str) -> None:
    assert INLINE.search(bad)


@pytest.mark.parametrize(
    "bad", ['<img src="//cdn.example/x.png">', "url(https://fonts.example/x)", "src=//cdn.example"]
)
def test_the_search_for_other_origins_finds(bad: str) -> None:
    assert OUTSIDE.search(bad)


def test_our_own_scripts_are_small_and_store_nothing() -> None:
    texts = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    assert len("".join(texts).encode()) < 16_000
    assert not [text for text in texts if re.search(STORING, text)]
