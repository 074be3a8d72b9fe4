"""The page of permissions says what the code says."""

from tests.architecture.permissions_page import PAGE, guarded, page

from teamhope.app import create_app
from teamhope.settings import Settings


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(create_app(Settings())), "docs/reference/permissions.md is out of date: run `make docs`."


def test_every_route_of_the_application_is_on_it() -> None:
    written = PAGE.read_text(encoding="utf-8")
    missing = [f"{method} {path}" for method, path, _ in guarded(create_app(Settings())) if f"`{path}`" not in written]
    assert missing == []
