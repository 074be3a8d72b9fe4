"""Pages of tokens: which programs may read what, and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts import forms, service, service_people
from teamhope.accounts.policy import needs
from teamhope.accounts.service_security import need_proof
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import TOKEN_ROLES, Actor, Can, Role

AnyRequest = Request[Any, Any, Any]


class TokenController(Controller):
    path = "/admin/tokens"
    opt = needs(Can.MANAGE_TOKENS)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        """A token reads what its holder may, without a second factor: a session left open is not enough to make one."""
        need_proof(request.user, now)
        return await self._page(request, actor, Form.empty())

    @post("/")
    async def create(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        need_proof(request.user, now)
        sent = await request.form()
        try:
            form = read_form(forms.TokenForm, sent)
            secret = await service.create_token(actor, form.label, _holder(form), now)
        except (FormProblems, Invalid) as wrong:
            return await self._page(request, actor, form_again(wrong, sent), status=422)
        return await self._page(request, actor, Form.empty(), secret=secret)

    @post("/{token_id:uuid}/revoke")
    async def revoke(
        self, token_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.revoke_token(actor, token_id, now)
        return see("/admin/tokens", "token_revoked")

    async def _page(
        self, request: AnyRequest, actor: Actor, form: Form, status: int = 200, secret: str = ""
    ) -> Template:
        tokens = await service.list_tokens(actor)
        people = [(str(person.id), person.name) for person in (await service_people.list_people(actor)).accounts]
        roles = [(role, label(role)) for role in sorted(TOKEN_ROLES)]
        context = {"form": form, "tokens": tokens, "people": people, "roles": roles, "secret": secret, "label": label}
        return page(request, "accounts/tokens.html", status=status, **context)


def _holder(form: forms.TokenForm) -> UUID | Role:
    holder = form.person or form.role
    if holder is None or (form.person and form.role):
        raise Invalid.field("role", "role_or_person")
    return holder
