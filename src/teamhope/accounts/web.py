"""Pages of signing in and out, and of one's own account."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from teamhope.accounts import forms, service
from teamhope.accounts.identity import session_cookie
from teamhope.accounts.policy import needs, public
from teamhope.kit.database import UNAVAILABLE
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import LANGUAGE_COOKIE, page, see
from teamhope.problems import form_again
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]

CLEAR_SITE_DATA: Final = {"clear-site-data": '"cache", "cookies", "storage"'}
YEAR_SECONDS: Final = 365 * 24 * 3600
LONGEST_LEAVE: Final = 1.0  # seconds


def own_path(path: str | None) -> str:
    """A path of this site, or the start page: never another origin."""
    safe = path is not None and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe and path else "/"


class SignInController(Controller):
    @get("/login", opt=public(), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Template:
        return page(request, "accounts/sign_in.html", form=Form.empty(next=own_path(request.query_params.get("next"))))

    @post("/login", opt=public(), include_in_schema=False)
    async def sign_in(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms.SignInForm, sent)
            secret = await service.sign_in(form.email, form.password, now)
        except (FormProblems, Invalid) as wrong:
            return page(request, "accounts/sign_in.html", status=422, form=_without_password(form_again(wrong, sent)))
        if request.scope.get("user") is not None:
            await service.sign_out(request.user, now)
        answer = see(own_path(form.next))
        answer.set_cookie(_session_cookie(request.app.state.settings, secret))
        return answer

    @post("/logout", opt=needs(Can.USE_OWN_ACCOUNT), include_in_schema=False)
    async def sign_out(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        await service.sign_out(request.user, now)
        answer = see("/login", "signed_out")
        _forget(answer, request.app.state.settings)
        return answer

    @get("/leave", opt=public(), include_in_schema=False)
    async def leave(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        """A plain link, so that it works everywhere; being signed out by somebody else's link does no harm.

        Nothing keeps her waiting: without a database the browser still forgets, and the session ends by itself.
        """
        settings: Settings = request.app.state.settings
        with suppress(*UNAVAILABLE):
            async with asyncio.timeout(LONGEST_LEAVE):
                await service.leave(request.cookies.get(session_cookie(settings.secure), ""), now)
        answer = Redirect(path=settings.leave_url, status_code=303)
        _forget(answer, settings)
        return answer

    @post("/language", opt=public(), include_in_schema=False)
    async def language(self, request: AnyRequest) -> Redirect:
        form = read_form(forms.LanguageForm, await request.form())
        if request.scope.get("user") is not None:
            await service.choose_language(request.user.actor, form.locale)
        answer = see(own_path(form.next))
        settings: Settings = request.app.state.settings
        answer.set_cookie(
            Cookie(LANGUAGE_COOKIE, value=form.locale, max_age=YEAR_SECONDS, samesite="lax", secure=settings.secure)
        )
        return answer


def _without_password(form: Form) -> Form:
    return Form(values={name: value for name, value in form.values.items() if name != "password"}, errors=form.errors)


def _session_cookie(settings: Settings, secret: str) -> Cookie:
    return Cookie(
        session_cookie(settings.secure), value=secret, path="/", httponly=True, secure=settings.secure, samesite="lax"
    )


def _forget(answer: Redirect, settings: Settings) -> None:
    cookie = _session_cookie(settings, "")
    cookie.max_age = 0  # with every other attribute as it was set: browsers ignore a __Host- cookie that is not secure
    answer.set_cookie(cookie)
    answer.headers.update(CLEAR_SITE_DATA)


class OwnAccountController(Controller):
    path = "/me"
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        sessions = await service.own_sessions(actor)
        return page(request, "accounts/me.html", visitor=request.user, role=label(actor.role), sessions=sessions)

    @post("/end-sessions")
    async def end_sessions(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.end_own_sessions(actor, now)
        answer = see("/login", "signed_out")
        _forget(answer, request.app.state.settings)
        return answer
