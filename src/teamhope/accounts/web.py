"""Pages of signing in and out, and of one's own account."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts import forms, service
from teamhope.accounts.identity import session_cookie
from teamhope.accounts.passkeys import is_possible
from teamhope.accounts.policy import may, needs, public
from teamhope.accounts.web_cookies import (
    device,
    forget_session,
    give_step,
    let_in,
    own_path,
    with_next,
)
from teamhope.kit.database import UNAVAILABLE
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import LANGUAGE_COOKIE, page, see
from teamhope.problems import form_again
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]

YEAR_SECONDS: Final = 365 * 24 * 3600
LONGEST_LEAVE: Final = 1.0  # seconds


def sign_in_page(request: AnyRequest, form: Form, status: int = 200) -> Template:
    """Never with a password in it."""
    values = {"next": own_path(form.value("next")), "email": form.value("email")}
    possible = is_possible(request.app.state.settings.public_url)
    shown = Form(values=values, errors=form.errors)
    return page(request, "accounts/sign_in.html", status=status, form=shown, passkeys=possible)


class SignInController(Controller):
    @get("/login", opt=public(), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Template:
        return sign_in_page(request, Form.empty(next=request.query_params.get("next", "")))

    @post("/login", opt=public(), include_in_schema=False)
    async def sign_in(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms.SignInForm, sent)
            entrance = await service.sign_in(form.email, form.password, now, device(request))
        except (FormProblems, Invalid) as wrong:
            return sign_in_page(request, form_again(wrong, sent), status=422)
        if entrance.is_open:
            return await let_in(request, entrance.secret, own_path(form.next), now)
        answer = Redirect(with_next("/login/second", form.next), status_code=303)
        give_step(request, answer, entrance.secret)
        return answer

    @post("/logout", opt=needs(Can.USE_OWN_ACCOUNT), include_in_schema=False)
    async def sign_out(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        await service.sign_out(request.user, now)
        return _signed_out(request)

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
        forget_session(request, answer)
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


def _signed_out(request: AnyRequest) -> Redirect:
    answer = see("/login", "signed_out")
    forget_session(request, answer)
    return answer


class OwnAccountController(Controller):
    path = "/me"
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        sessions = [
            (each, each.device or gettext("A browser we do not know")) for each in await service.own_sessions(actor)
        ]
        words = {"visitor": request.user, "role": label(actor.role), "telephone": await service.telephone_of(actor)}
        words["calls"] = may(actor.role, Can.KEEP_OWN_TELEPHONE)
        return page(request, "accounts/me.html", sessions=sessions, **words)

    @post("/texts")
    async def choose_texts(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        form = read_form(forms.TextsForm, await request.form())
        await service.choose_texts(actor, agreed=form.agreed == "yes", now=now)
        return see("/me", "saved")

    @get("/session")
    async def seconds_left(self, request: AnyRequest) -> dict[str, int]:
        """For the page's script, to say in time that the session ends. Asking does not prolong it."""
        return {"seconds_left": request.user.seconds_left}

    @post("/session", status_code=200)
    async def stay(self, request: AnyRequest) -> dict[str, int]:
        """Whoever asks is there: asking prolonged the session."""
        return {"seconds_left": request.user.seconds_left}

    @post("/sessions/{session_id:uuid}/end")
    async def end_session(
        self, request: AnyRequest, session_id: FromPath[UUID], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.end_own_session(request.user, session_id, now)
        own = request.user.session
        return _signed_out(request) if own and own.id == session_id else see("/me", "session_ended")

    @post("/end-sessions")
    async def end_sessions(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.end_own_sessions(actor, now)
        return _signed_out(request)
