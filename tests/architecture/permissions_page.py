"""Who may do what, as a page: docs/reference/permissions.md, from the permission table and the routes themselves.

`python -m tests.architecture.permissions_page` rewrites it.
"""

from collections.abc import Iterator
from pathlib import Path

from litestar import Litestar
from litestar.handlers.http_handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from teamhope.accounts.policy import NEEDS, PERMISSIONS, PUBLIC
from teamhope.app import create_app
from teamhope.kit import crypto
from teamhope.settings import Settings
from teamhope.vocabulary.people import PERSON_ROLES, Can, Role

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
ROLES = tuple(role for role in Role if role in PERSON_ROLES)
OPENING = """\
# Permissions

Every route names one permission, and `src/teamhope/accounts/policy.py` says which roles have it. A route that names
none stops the start. This page is made from both by `make docs`; a test says when it is out of date.

A permission says that a role may do a kind of thing at all. To *which* rows it may do it is a second question, which
the database answers for every query (row-level security in `src/teamhope/piccolo_migrations/0001_foundation.sql`):

| Role | Rows |
|---|---|
| coordinator | every row; a coordinator with a team: the team's volunteers, the families that the team looks after or \
that one of its volunteers is matched with (until 90 days after the match), and all that belongs to them |
| team_lead | the team's volunteers, and of their families what each of these volunteers sees herself |
| volunteer | her own record; an offer without any name; a family from her yes until the match is over; then for 90 \
days its reference and her calls without contact and note; then her minutes |
| advocate | families with an open call for help, an open review, or a service, and that queue |
| leadership | none: counts only |
| admin | accounts, settings, jobs, the audit; no family |
| auditor | the audit, and a sample of counted calls without persons |

What a route answers: anonymous visitors are sent to sign in (401 on the API), a role without the permission gets 403, \
and a row outside the scope is 404, as if it were not there.
"""


def page(app: Litestar) -> str:
    return "\n".join([OPENING, *_permissions(), "", *_routes(app), ""])


def guarded(app: Litestar) -> Iterator[tuple[str, str, Can | None]]:
    """Method, path and permission of every route, by path and method; None where anybody may use it."""
    for route in sorted(app.routes, key=lambda route: route.path):
        if isinstance(route, HTTPRoute):
            found = [(method, handler) for handler in route.route_handlers for method in handler.http_methods]
            for method, handler in sorted(found, key=lambda pair: pair[0]):
                if method not in {"OPTIONS", "HEAD"}:
                    yield method, route.path, permission_of(handler)


def permission_of(handler: HTTPRouteHandler) -> Can | None:
    return None if handler.opt.get(PUBLIC) else Can(handler.opt[NEEDS])


def _permissions() -> Iterator[str]:
    yield "## What each role may do\n"
    yield f"| Permission | {' | '.join(ROLES)} |"
    yield f"|---{'|:-:' * len(ROLES)}|"
    for permission in Can:
        marks = ("x" if role in PERMISSIONS[permission] else " " for role in ROLES)
        yield f"| {permission} | {' | '.join(marks)} |"


def _routes(app: Litestar) -> Iterator[str]:
    yield "## What each route needs\n"
    yield "| Route | Permission | Roles |"
    yield "|---|---|---|"
    for method, path, permission in guarded(app):
        holders = [role for role in ROLES if permission is not None and role in PERMISSIONS[permission]]
        who = "everybody" if permission is None or len(holders) == len(ROLES) else ", ".join(holders)
        yield f"| {method} `{path}` | {permission or 'none: public'} | {who if permission else 'anybody'} |"


def rewrite() -> None:
    crypto.use_keys(crypto.KeyRing(keys=(bytes(32),), lookup=bytes(32), signing=bytes(32)))
    PAGE.write_text(page(create_app(Settings())), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
