"""The permission table, and the guard that reads it: a route that names no permission stops the start."""

from collections.abc import Iterable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.handlers.http_handlers import HTTPRouteHandler
from litestar.routes import BaseRoute

from teamhope.accounts.rules_second import OPEN_WITHOUT, must_set_up
from teamhope.vocabulary.errors import Forbidden, NotFound, SecondFactorNeeded, SignInNeeded
from teamhope.vocabulary.people import PERSON_ROLES, Can, Role

NEEDS: Final = "needs"
PUBLIC: Final = "public"

R = Role
PERMISSIONS: Final[dict[Can, frozenset[Role]]] = {
    Can.USE_OWN_ACCOUNT: PERSON_ROLES,
    Can.SEE_TODAY: PERSON_ROLES,
    Can.GET_HELP: PERSON_ROLES,
    Can.READ_SCHEMA: PERSON_ROLES,
    Can.MANAGE_PEOPLE: frozenset({R.ADMIN}),
    Can.MANAGE_TOKENS: frozenset({R.ADMIN}),
    Can.ENTER_REQUEST: frozenset({R.COORDINATOR}),
    Can.SEE_REQUESTS: frozenset({R.COORDINATOR}),
    # Which families: the row policies. Volunteers and team leads get the short profile of those they are matched with.
    Can.SEE_FAMILIES: frozenset({R.COORDINATOR, R.ADVOCATE, R.VOLUNTEER, R.TEAM_LEAD}),
    Can.SEARCH_FAMILIES: frozenset({R.COORDINATOR}),
    Can.READ_NUMBER: frozenset({R.COORDINATOR, R.ADVOCATE}),
    Can.CHANGE_REQUEST: frozenset({R.COORDINATOR}),
    Can.SEE_VOLUNTEERS: frozenset({R.COORDINATOR, R.TEAM_LEAD}),
    Can.MANAGE_VOLUNTEERS: frozenset({R.COORDINATOR}),
    Can.KEEP_OWN_TIMES: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.KEEP_OWN_LIMITS: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.KEEP_OWN_RECORD: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.KEEP_OWN_TELEPHONE: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.PROPOSE_MATCH: frozenset({R.COORDINATOR}),
    Can.SEE_MATCHES: frozenset({R.COORDINATOR, R.VOLUNTEER, R.TEAM_LEAD}),
    # Whoever hears that something happened stops everything; that it goes on is for staff to decide.
    Can.HOLD_FAMILY: frozenset({R.COORDINATOR, R.ADVOCATE, R.VOLUNTEER, R.TEAM_LEAD}),
    Can.RELEASE_HOLD: frozenset({R.COORDINATOR, R.ADVOCATE}),
    Can.ANSWER_PROPOSAL: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.HAND_OVER: frozenset({R.COORDINATOR, R.VOLUNTEER, R.TEAM_LEAD}),
    Can.SEE_OWN_FAMILIES: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.PLACE_CALL: frozenset({R.VOLUNTEER, R.TEAM_LEAD, R.COORDINATOR}),
    Can.LOG_CALL: frozenset({R.VOLUNTEER, R.TEAM_LEAD, R.COORDINATOR}),
    Can.VOID_CALL: frozenset({R.COORDINATOR}),
    Can.SETTLE_DIFFERENCES: frozenset({R.COORDINATOR}),
    Can.SEE_FOLLOW_UPS: frozenset({R.COORDINATOR, R.VOLUNTEER, R.TEAM_LEAD}),
    Can.SEE_PROMISES: frozenset({R.COORDINATOR, R.TEAM_LEAD}),
    Can.MOVE_FOLLOW_UP: frozenset({R.COORDINATOR, R.VOLUNTEER, R.TEAM_LEAD}),
    # A team lead has those that are hers by name.
    Can.WORK_TASKS: frozenset({R.COORDINATOR, R.ADVOCATE, R.TEAM_LEAD}),
    Can.READ_REPLIES: frozenset({R.COORDINATOR}),
    Can.ANSWER_ESCALATION: frozenset({R.COORDINATOR, R.ADVOCATE}),
    Can.KEEP_ON_CALL: frozenset({R.COORDINATOR, R.ADMIN}),
    Can.RECORD_DEBRIEF: frozenset({R.COORDINATOR, R.TEAM_LEAD}),
    Can.WAIVE_OWN_DEBRIEF: frozenset({R.VOLUNTEER, R.TEAM_LEAD}),
    Can.SEE_REPORTS: frozenset({R.LEADERSHIP, R.COORDINATOR}),
    Can.READ_AUDIT: frozenset({R.ADMIN, R.AUDITOR}),
    Can.SEE_SAMPLE: frozenset({R.AUDITOR}),
    # Whose scope does not hold every family may open one outside it, for a reason that somebody else reads.
    Can.BREAK_GLASS: frozenset({R.ADMIN, R.COORDINATOR, R.ADVOCATE, R.TEAM_LEAD}),
    Can.REVIEW_BREAK_GLASS: frozenset({R.ADMIN, R.AUDITOR}),
    Can.EXPORT_FAMILY: frozenset({R.COORDINATOR}),
    Can.ERASE_FAMILY: frozenset({R.COORDINATOR}),
    Can.KEEP_RELEASES: frozenset({R.COORDINATOR}),
    Can.KEEP_RETENTION: frozenset({R.ADMIN}),
    Can.KEEP_MATCHING: frozenset({R.ADMIN}),
    Can.KEEP_CADENCE: frozenset({R.ADMIN}),
    Can.KEEP_JOBS: frozenset({R.ADMIN}),
}


def needs(permission: Can) -> dict[str, Any]:
    """The `opt` of a route that only holders of `permission` may use."""
    return {NEEDS: permission}


def public() -> dict[str, Any]:
    """The `opt` of a route that anybody may use."""
    return {PUBLIC: True}


def may(role: Role, permission: Can) -> bool:
    return role in PERMISSIONS[permission]


def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises SignInNeeded, Forbidden, SecondFactorNeeded, or NotFound for a route that names no permission."""
    if handler.opt.get(PUBLIC):
        return
    permission = handler.opt.get(NEEDS)
    if permission is None:
        raise NotFound
    if connection.scope.get("user") is None:
        raise SignInNeeded
    if not may(connection.user.actor.role, permission):
        raise Forbidden("not_your_role")
    requirement = connection.app.state.settings.require_second_factor
    if permission not in OPEN_WITHOUT and must_set_up(requirement, connection.user):
        raise SecondFactorNeeded


class RouteWithoutPermission(RuntimeError):
    """The application does not start."""


def refuse_open_routes(routes: Iterable[BaseRoute]) -> None:
    """Raises RouteWithoutPermission naming the first route that is neither public nor names a permission."""
    for route in routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            if isinstance(handler, BaseRouteHandler) and not _is_named(handler):
                raise RouteWithoutPermission(
                    f"{route.path} ({handler}) names no permission: opt=needs(Can.…) or public()."
                )


def _is_named(handler: BaseRouteHandler) -> bool:
    automatic = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}
    return automatic or bool(handler.opt.get(PUBLIC)) or handler.opt.get(NEEDS) in PERMISSIONS
