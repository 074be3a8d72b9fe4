"""The page of the audit: codes, ids and times, by filters, and the same as a file."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, Sent, page_number, read_form
from teamhope.kit.web import page
from teamhope.oversight import rules, service_audit
from teamhope.oversight.exports import as_csv
from teamhope.oversight.forms import ExportForm, FilterForm
from teamhope.oversight.rules import Wanted
from teamhope.oversight.wording import EXPORT_REASONS, choices_of
from teamhope.problems import form_again
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can, Role

AnyRequest = Request[Any, Any, Any]
FILTERS: Final = tuple(name for name in FilterForm.__struct_fields__ if name not in {"page", "done"})


class AuditController(Controller):
    path = "/admin/audit"
    opt = needs(Can.READ_AUDIT)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        sent = request.query_params
        try:
            form = read_form(FilterForm, sent)
        except FormProblems as wrong:
            return await _page(request, actor, Wanted(), form_again(wrong, sent), status=422)
        return await _page(request, actor, _wanted(request, form), _shown(sent), page_number(form.page))

    @post("/export")
    async def export(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        """By POST: taking it out is an act, and is kept with its reason."""
        sent = await request.form()
        try:
            form = read_form(ExportForm, sent)
        except FormProblems as wrong:
            return await _page(request, actor, Wanted(), form_again(wrong, sent), status=422)
        lines = await service_audit.export(actor, _wanted(request, form), form.reason, now)
        content = as_csv(lines, actor.person_id, form.reason, now)
        name = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
        return Response(
            content.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers={"content-disposition": name}
        )


def _wanted(request: AnyRequest, form: FilterForm | ExportForm) -> Wanted:
    since, until = rules.days(form.first, form.last, ZoneInfo(request.user.timezone))
    return Wanted(form.person, form.act, form.kind, form.subject, since, until)


def _shown(sent: Sent) -> Form:
    return Form({name: str(text) for name, text in sent.multi_items() if name in FILTERS})


def _address(chosen: dict[str, str], **changed: object) -> str:
    return f"/admin/audit?{urlencode(chosen | changed)}"


def _role(code: str) -> str:
    """A row may hold what nobody here would write."""
    return label(Role(code)) if code in set(Role) else code


async def _page(
    request: AnyRequest, actor: Actor, wanted: Wanted, form: Form, number: int = 1, *, status: int = 200
) -> Template:
    found = await service_audit.show(actor, wanted, number)
    chosen = {name: form.value(name) for name in FILTERS if form.value(name)}
    return page(
        request,
        "audit/audit.html",
        status=status,
        form=form,
        found=found,
        lines=found.lines[: rules.PAGE],
        people=[(str(id_), name) for id_, name in found.people.items()],
        role_words=_role,
        chosen=chosen,
        before=_address(chosen, page=number - 1) if number > 1 else "",
        after=_address(chosen, page=number + 1) if len(found.lines) > rules.PAGE else "",
        reasons=choices_of(EXPORT_REASONS),
        most=rules.EXPORT_MOST,
        zone=request.user.timezone,
    )
