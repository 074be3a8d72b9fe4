"""The two secrets that a browser keeps: of the session, and of a sign-in that is half done."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Response

from teamhope.accounts import service
from teamhope.accounts.identity import session_cookie
from teamhope.accounts.passkeys import Party, party_of
from teamhope.accounts.rules_device import device_of
from teamhope.accounts.rules_second import STEP_LASTS
from teamhope.settings import Settings

AnyRequest = Request[Any, Any, Any]

CLEAR_SITE_DATA: Final = {"clear-site-data": '"cache", "cookies", "storage"'}


def own_path(path: str | None, default: str = "/") -> str:
    """A path of this site, or the default: never another origin."""
    safe = path is not None and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe and path else default


def with_next(path: str, following: str | None) -> str:
    return f"{path}?next={quote(own_path(following), safe='/')}"


def device(request: AnyRequest) -> str:
    return device_of(request.headers.get("user-agent", ""))


def party(request: AnyRequest) -> Party:
    settings: Settings = request.app.state.settings
    return party_of(settings.public_url, settings.site_name)


async def let_in(request: AnyRequest, secret: str, path: str, now: datetime) -> Redirect:
    """To the page she wanted, with her new session; the one that her browser had before ends."""
    if request.scope.get("user") is not None:
        await service.sign_out(request.user, now)
    answer = Redirect(path, status_code=303)
    forget_step(request, answer)
    give_session(request, answer, secret)
    return answer


def give_session(request: AnyRequest, answer: Response[Any], secret: str) -> None:
    answer.set_cookie(_session(request, secret))


def forget_session(request: AnyRequest, answer: Response[Any]) -> None:
    cookie = _session(request, "")
    cookie.max_age = 0  # with every other attribute as it was set: browsers ignore a __Host- cookie that is not secure
    answer.set_cookie(cookie)
    answer.headers.update(CLEAR_SITE_DATA)


def _session(request: AnyRequest, secret: str) -> Cookie:
    secure = request.app.state.settings.secure
    return Cookie(session_cookie(secure), value=secret, path="/", httponly=True, secure=secure, samesite="lax")


def step_of(request: AnyRequest) -> str:
    """The secret of the step under way; empty if there is none."""
    return request.cookies.get(_step_name(request), "")


def give_step(request: AnyRequest, answer: Response[Any], secret: str) -> None:
    answer.set_cookie(_step(request, secret, int(STEP_LASTS.total_seconds())))


def forget_step(request: AnyRequest, answer: Response[Any]) -> None:
    if step_of(request):
        answer.set_cookie(_step(request, "", 0))


def _step_name(request: AnyRequest) -> str:
    return "__Host-step" if request.app.state.settings.secure else "step"


def _step(request: AnyRequest, secret: str, seconds: int) -> Cookie:
    return Cookie(
        _step_name(request),
        value=secret,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=request.app.state.settings.secure,
        samesite="strict",
    )
