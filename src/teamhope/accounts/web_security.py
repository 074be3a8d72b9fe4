"""Pages on which she changes how she signs in, and proves once more that it is she."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import segno
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from markupsafe import Markup

from teamhope.accounts import forms_security, rules_second, service, service_security
from teamhope.accounts.passkeys import is_possible
from teamhope.accounts.policy import needs
from teamhope.accounts.queries_second import App
from teamhope.accounts.web_cookies import (
    device,
    forget_step,
    give_session,
    give_step,
    own_path,
    party,
    step_of,
)
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Can

AnyRequest = Request[Any, Any, Any]
HOME: Final = "/me/security"


class SecurityController(Controller):
    path = HOME
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest) -> Template:
        settings = request.app.state.settings
        return page(
            request,
            "accounts/security.html",
            ways=await service_security.ways_of(request.user),
            possible=is_possible(settings.public_url),
            must=rules_second.must_set_up(settings.require_second_factor, request.user),
            timezone=request.user.timezone,
        )

    @post("/codes")
    async def make_codes(self, request: AnyRequest, now: NamedDependency[datetime]) -> Template:
        codes = await service_security.make_recovery_codes(request.user, now)
        return page(request, "accounts/security_codes.html", codes=codes)


class PasskeyController(Controller):
    path = f"{HOME}/passkeys"
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @get("/new")
    async def show(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        if not is_possible(request.app.state.settings.public_url):
            return see(HOME)
        service_security.need_proof(request.user, now)
        return _passkey_page(request, Form.empty(label=device(request)))

    @post("/options", status_code=200)
    async def ask(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[dict[str, Any]]:
        secret, options = await service_security.ask_for_new_passkey(request.user, party(request), now)
        answer = Response(options)
        give_step(request, answer, secret)
        return answer

    @post("/")
    async def add(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.NewPasskeyForm, sent)
            secret = await service_security.add_passkey(
                request.user, step_of(request), form.label, form.passkey, party(request), now
            )
        except (FormProblems, Invalid) as wrong:
            again = form_again(wrong, sent)
            return _passkey_page(request, Form({"label": again.value("label")}, again.errors), status=422)
        return _changed(request, secret, "passkey_added")

    @post("/{passkey_id:uuid}/remove")
    async def remove(self, request: AnyRequest, passkey_id: FromPath[UUID], now: NamedDependency[datetime]) -> Redirect:
        secret = await service_security.remove_passkey(request.user, passkey_id, now)
        return _changed(request, secret, "passkey_removed")


def _passkey_page(request: AnyRequest, form: Form, status: int = 200) -> Template:
    return page(request, "accounts/security_passkey.html", status=status, form=form)


class AppController(Controller):
    path = f"{HOME}/app"
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @post("/start")
    async def start(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        await service_security.start_app(request.user, now)
        return see(f"{HOME}/app")

    @get("/")
    async def show(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        app = await service_security.unconfirmed_app(request.user, now)
        return _app_page(request, app, Form.empty()) if app else see(HOME)

    @post("/")
    async def confirm(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.AppForm, sent)
            secret = await service_security.confirm_app(request.user, form.code, now)
        except (FormProblems, Invalid) as wrong:
            app = await service_security.unconfirmed_app(request.user, now)
            errors = form_again(wrong, sent).errors
            return _app_page(request, app, Form(errors=errors), status=422) if app else see(HOME)
        return _changed(request, secret, "app_added")

    @post("/remove")
    async def remove(self, request: AnyRequest, now: NamedDependency[datetime]) -> Redirect:
        return _changed(request, await service_security.remove_app(request.user, now), "app_removed")


def _app_page(request: AnyRequest, app: App, form: Form, status: int = 200) -> Template:
    address = rules_second.address_for_app(app.secret, request.user.name, request.app.state.settings.site_name)
    return page(
        request,
        "accounts/security_app.html",
        status=status,
        form=form,
        picture=_picture(address),
        secret=rules_second.in_groups(app.secret),
    )


def _picture(address: str) -> Markup:
    """The QR code, without style attributes: the page's policy allows none."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=4, light="#fff", omitsize=False, svgclass="th-qr", lineclass=None))  # noqa: S704


class ConfirmController(Controller):
    path = "/me/confirm"
    opt = needs(Can.USE_OWN_ACCOUNT)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest) -> Template:
        return await _confirm_page(request, Form.empty(next=request.query_params.get("next", "")))

    @post("/")
    async def confirm(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.ConfirmForm, sent)
            secret = await service.confirm(request.user, form.password, now)
        except (FormProblems, Invalid) as wrong:
            return await _confirm_page(request, form_again(wrong, sent), status=422)
        return _go_on(request, secret, form.next)

    @post("/passkey/options", status_code=200)
    async def ask(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[dict[str, Any]]:
        secret, options = await service_security.ask_to_confirm(request.user, party(request), now)
        answer = Response(options)
        give_step(request, answer, secret)
        return answer

    @post("/passkey")
    async def confirm_with_passkey(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(forms_security.PasskeyForm, sent)
            secret = await service_security.confirm_with_passkey(
                request.user, step_of(request), form.passkey, party(request), now
            )
        except (FormProblems, Invalid) as wrong:
            return await _confirm_page(request, form_again(wrong, sent), status=422)
        return _go_on(request, secret, form.next)


async def _confirm_page(request: AnyRequest, form: Form, status: int = 200) -> Template:
    shown = Form({"next": own_path(form.value("next"), HOME)}, form.errors)
    ways = await service_security.ways_of(request.user)
    possible = bool(ways.passkeys) and is_possible(request.app.state.settings.public_url)
    return page(request, "accounts/security_confirm.html", status=status, form=shown, passkeys=possible)


def _go_on(request: AnyRequest, secret: str, following: str | None) -> Redirect:
    answer = Redirect(own_path(following, HOME), status_code=303)
    forget_step(request, answer)
    give_session(request, answer, secret)
    return answer


def _changed(request: AnyRequest, secret: str, done: str) -> Redirect:
    answer = see(HOME, done)
    forget_step(request, answer)
    give_session(request, answer, secret)
    return answer
