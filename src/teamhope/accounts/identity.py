"""Who a request is from: a session cookie on pages, a bearer token on the API; nobody gets a session by asking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from teamhope.accounts import service
from teamhope.accounts.rules import Visitor
from teamhope.kit.web import speak_to

API: Final = "/api/"
BEARER: Final = "bearer "
# To leave, nobody need know who she is: it must work while the database does not.
WITHOUT_IDENTITY: Final = ["^/static/", "^/livez$", "^/readyz$", "^/metrics$", "^/cal/", "^/hooks/", "^/leave$"]


def session_cookie(secure: bool) -> str:
    """With __Host- no other host or plain http page can set or read it; browsers allow that only over https."""
    return "__Host-session" if secure else "session"


class Identifies(AbstractAuthenticationMiddleware):
    """Sets `user` to a Visitor or None, and the language of the answer."""

    def __init__(self, app: ASGIApp, *, cookie: str, clock: Callable[[], datetime], default_language: str) -> None:
        super().__init__(app, exclude=WITHOUT_IDENTITY)
        self.cookie = cookie
        self.clock = clock
        self.default_language = default_language

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        visitor = await self._visitor(connection)
        speak_to(connection, self.default_language, visitor.language if visitor and visitor.session_hash else None)
        return AuthenticationResult(user=visitor, auth=None)

    async def _visitor(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Visitor | None:
        """A token counts on the API and for the schema; a cookie elsewhere: no form check guards the API."""
        path = connection.scope["path"]
        authorization = connection.headers.get("authorization", "")
        if authorization.lower().startswith(BEARER) and path.startswith((API, "/schema")):
            return await service.visitor_of_token(authorization[len(BEARER) :].strip(), self.clock())
        secret = connection.cookies.get(self.cookie)
        if not secret or path.startswith(API):
            return None
        return await service.visitor_of_session(secret, self.clock(), path, str(connection.scope.get("method", "GET")))
