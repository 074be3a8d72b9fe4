"""No route without a permission: the application refuses to be built."""

import pytest
from litestar import Litestar, get

from teamhope import app
from teamhope.accounts.policy import PERMISSIONS, RouteWithoutPermission, needs, refuse_open_routes
from teamhope.app import create_app
from teamhope.settings import Settings
from teamhope.vocabulary.people import Can


@get("/everything", sync_to_thread=False)
def without_permission() -> None:
    """A route that somebody forgot to guard."""


@get("/everything", opt={"needs": "everything"}, sync_to_thread=False)
def with_unknown_permission() -> None:
    """A route that names a permission nobody defined."""


@get("/everything", opt=needs(Can.SEE_TODAY), sync_to_thread=False)
def with_permission() -> None:
    """A route as it should be."""


@pytest.mark.parametrize("route", [without_permission, with_unknown_permission])
def test_a_route_without_a_permission_is_named_and_refused(route: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "CONTROLLERS", (*app.CONTROLLERS, route))
    with pytest.raises(RouteWithoutPermission, match="/everything"):
        create_app(Settings())


def test_a_route_with_a_permission_passes() -> None:
    refuse_open_routes(Litestar([with_permission], openapi_config=None, logging_config=None).routes)


def test_every_route_of_ours_names_one() -> None:
    create_app(Settings())


def test_every_permission_is_given_to_some_role() -> None:
    assert set(PERMISSIONS) == set(Can)
    assert all(PERMISSIONS.values())
