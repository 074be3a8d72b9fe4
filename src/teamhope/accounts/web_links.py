"""Pages for whoever cannot sign in yet, or any more: asking for a link, and choosing a password by one."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts import service_links
from teamhope.accounts.forms_links import ChooseForm, ResetForm
from teamhope.accounts.policy import public
from teamhope.accounts.service_links import doorway_of
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid, NotFound

AnyRequest = Request[Any, Any, Any]


class ResetController(Controller):
    path = "/reset"
    opt = public()
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest) -> Template:
        return _reset(request, Form.empty())

    @post("/")
    async def ask(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[Any]:
        """One answer for every e-mail. Raises NotFound where no letters can be sent: the page says so too."""
        doorway = doorway_of(request.app.state.settings)
        if not doorway.letters:
            raise NotFound
        sent = await request.form()
        try:
            form = read_form(ResetForm, sent)
        except FormProblems as wrong:
            return _reset(request, form_again(wrong, sent), status=422)
        await service_links.ask_for_reset(form.email, doorway, now)
        return see("/reset/asked")

    @get("/asked")
    async def asked(self, request: AnyRequest) -> Template:
        return page(request, "accounts/reset_asked.html")


def _reset(request: AnyRequest, form: Form, status: int = 200) -> Template:
    letters = doorway_of(request.app.state.settings).letters
    return page(request, "accounts/reset.html", status=status, form=form, letters=letters)


class WelcomeController(Controller):
    path = "/welcome/{secret:str}"
    opt = public()
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, secret: FromPath[str], now: NamedDependency[datetime]) -> Template:
        """Looking uses nothing up: programs that read letters open every link in them."""
        return _link(request, secret, Form.empty()) if await service_links.is_open(secret, now) else _over(request)

    @post("/")
    async def choose(self, request: AnyRequest, secret: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
        settings: Settings = request.app.state.settings
        sent = await request.form()
        try:
            form = read_form(ChooseForm, sent)
            await service_links.choose_password(secret, form.password, settings.site_name, now)
        except (FormProblems, Invalid) as wrong:
            again = Form(errors=form_again(wrong, sent).errors)
            return _link(request, secret, again, status=422)
        except NotFound:
            return _over(request)
        return see("/login", "password_chosen")


def _link(request: AnyRequest, secret: str, form: Form, status: int = 200) -> Template:
    return page(request, "accounts/link.html", status=status, form=form, secret=secret)


def _over(request: AnyRequest) -> Template:
    """The same for a link that was used, has ended, or never was."""
    letters = doorway_of(request.app.state.settings).letters
    return page(request, "accounts/link_over.html", status=404, letters=letters)


def link_made(request: AnyRequest, link: str, back: str, done: str = "link_sent") -> Response[Any]:
    """The link, shown this once; where a letter brings it, the page `back`, which says that it was done."""
    return page(request, "accounts/link_shown.html", link=link, back_to=back) if link else see(back, done)
