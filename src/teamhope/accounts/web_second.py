"""Signing in with a passkey, and the page that asks for the second factor after the password."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from teamhope.accounts import forms_security, service_second
from teamhope.accounts.passkeys import is_possible
from teamhope.accounts.policy import public
from teamhope.accounts.web import sign_in_page
from teamhope.accounts.web_cookies import device, give_step, let_in, own_path, party, step_of, with_next
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid

AnyRequest = Request[Any, Any, Any]


class PasskeySignInController(Controller):
    path = "/login/passkey"
    opt = public()
    include_in_schema = False

    @post("/options", status_code=200)
    async def ask(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[dict[str, Any]]:
        secret, options = await service_second.ask_anybody(party(request), now)
        answer = Response(options)
        give_step(request, answer, secret)
        return answer

    @post("/")
    async def sign_in(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.PasskeyForm, sent)
            secret = await service_second.sign_in_with_passkey(
                step_of(request), form.passkey, party(request), now, device(request)
            )
        except (FormProblems, Invalid) as wrong:
            return sign_in_page(request, form_again(wrong, sent), status=422)
        return await let_in(request, secret, own_path(form.next), now)


class SecondFactorController(Controller):
    path = "/login/second"
    opt = public()
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        following = request.query_params.get("next")
        if not await service_second.waits_for_second(step_of(request), now):
            return Redirect(with_next("/login", following), status_code=303)
        return _second_page(request, Form.empty(next=own_path(following)))

    @post("/")
    async def finish(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.SecondForm, sent)
            secret = await service_second.finish_with_code(step_of(request), form.code, now, device(request))
        except (FormProblems, Invalid) as wrong:
            return await self._again(request, form_again(wrong, sent), now)
        return await let_in(request, secret, own_path(form.next), now)

    @post("/passkey/options", status_code=200)
    async def ask(self, request: AnyRequest, now: NamedDependency[datetime]) -> dict[str, Any]:
        return await service_second.ask_for_passkey(step_of(request), party(request), now)

    @post("/passkey")
    async def finish_with_passkey(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.PasskeyForm, sent)
            secret = await service_second.finish_with_passkey(
                step_of(request), form.passkey, party(request), now, device(request)
            )
        except (FormProblems, Invalid) as wrong:
            return await self._again(request, form_again(wrong, sent), now)
        return await let_in(request, secret, own_path(form.next), now)

    async def _again(self, request: AnyRequest, form: Form, now: datetime) -> Template:
        """The same question while its step is open; else the first one."""
        if await service_second.waits_for_second(step_of(request), now):
            shown = Form({"next": own_path(form.value("next"))}, form.errors)
            return _second_page(request, shown, status=422)
        said = {"email": next(iter(form.errors.values()))}
        return sign_in_page(request, Form({"next": form.value("next")}, said), status=422)


def _second_page(request: AnyRequest, form: Form, status: int = 200) -> Template:
    possible = is_possible(request.app.state.settings.public_url)
    return page(request, "accounts/second.html", status=status, form=form, passkeys=possible)
