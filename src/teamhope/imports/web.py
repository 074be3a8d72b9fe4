"""Pages of importing: choose a file, look at what would become of each row, import it, take it back for a day."""

from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.accounts.service_links import doorway_of
from teamhope.imports import answers, exports, service, telling
from teamhope.imports.columns import COLUMNS
from teamhope.imports.forms import ConfirmForm
from teamhope.imports.rules import KEPT_FOR, Choice, ImportKind
from teamhope.imports.rules_csv import MOST_BYTES, MOST_ROWS
from teamhope.imports.service import Look
from teamhope.imports.wording import how_to_write, step_names
from teamhope.kit.forms import Form, FormProblems, read_form, typed
from teamhope.kit.web import TAKES_FILES, page, see
from teamhope.problems import form_again, sentence
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
FAULTS_SHOWN: Final = 200  # all are in the file that can be taken out
SHOWN_AGAIN: Final = frozenset({"import_has_errors", "nothing_to_import", "import_row_refused"})


class ImportController(Controller):
    """What the two kinds have in common; each has its own address and asks for its own permission."""

    kind: ClassVar[ImportKind]
    include_in_schema = False

    @get("/")
    async def ask(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        service.refuse_scoped(actor)
        return _start(request, self.kind, Form.empty())

    @post("/", opt={TAKES_FILES: True})
    async def upload(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        service.refuse_scoped(actor)
        try:
            import_id = await service.upload(actor, self.kind, await _file(request), now)
        except Invalid as wrong:
            sentences = " ".join(sentence(code, facts) for _, code, facts in wrong.problems)
            return _start(request, self.kind, Form(errors={"file": sentences}), status=422)
        return see(f"/{self.kind}/import/{import_id}")

    @get("/template.csv")
    async def template(self, actor: NamedDependency[Actor]) -> Response[bytes]:
        service.refuse_scoped(actor)
        return _csv(exports.template(self.kind), f"{self.kind}-template")

    @get("/{import_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        import_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return _shown(request, await service.show(actor, import_id, now, self.kind), Form.empty())

    @get("/{import_id:uuid}/errors.csv")
    async def errors(
        self, import_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[bytes]:
        look = await service.take_out_errors(actor, import_id, now, self.kind)
        if not look.report.bad:
            raise NotFound("import")
        return _csv(exports.errors(look.upload, look.report), f"{self.kind}-errors")

    @post("/{import_id:uuid}")
    async def confirm(
        self,
        request: AnyRequest,
        import_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(ConfirmForm, sent)
        except FormProblems as wrong:
            look = await service.show(actor, import_id, now, self.kind)
            return _shown(request, look, form_again(wrong, sent), status=422)
        choice, doorway = Choice(form.skip_bad, form.with_alike), doorway_of(request.app.state.settings)
        invites = doorway if form.invite and doorway.letters else None
        try:
            await service.confirm(actor, import_id, choice, now, self.kind, invites)
        except Refused as refusal:
            if refusal.code not in SHOWN_AGAIN:
                raise
            look = await service.show(actor, import_id, now, self.kind)
            again = Form(typed(sent), {"skip_bad": sentence(refusal.code, refusal.facts)})
            return _shown(request, look, again, status=refusal.status)
        return see(f"/{self.kind}/import/{import_id}", "import_done")

    @post("/{import_id:uuid}/discard")
    async def discard(
        self, import_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        await service.show(actor, import_id, now, self.kind)
        await service.discard(actor, import_id)
        return see(f"/{self.kind}/import", "import_discarded")

    @post("/{import_id:uuid}/take-back")
    async def take_back(
        self, import_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        look = await service.take_back(actor, import_id, now, self.kind)
        return see(f"/{self.kind}/import/{import_id}", "import_partly_back" if look.made else "import_taken_back")


class VolunteerImportController(ImportController):
    path = "/volunteers/import"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    kind = ImportKind.VOLUNTEERS


class FamilyImportController(ImportController):
    path = "/families/import"
    opt = needs(Can.ENTER_REQUEST)
    kind = ImportKind.FAMILIES


async def _file(request: AnyRequest) -> bytes:
    """Raises Invalid where none was chosen."""
    given = (await request.form()).get("file")
    if not isinstance(given, UploadFile):
        raise Invalid.field("file", "file_not_chosen")
    return await given.read()


def _csv(text: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)


def _start(request: AnyRequest, kind: ImportKind, form: Form, *, status: int = 200) -> Template:
    lists = answers.lists()
    return page(
        request,
        "imports/start.html",
        status=status,
        kind=kind,
        form=form,
        steps=step_names(),
        columns=[(each.name(), each.required, how_to_write(each, lists)) for each in COLUMNS[kind]],
        most_rows=MOST_ROWS,
        most_kilobytes=MOST_BYTES // 1000,
    )


def _shown(request: AnyRequest, look: Look, form: Form, *, status: int = 200) -> Template:
    if look.upload.imported_at is not None:
        return _result(request, look)
    faults = telling.faults(look.upload, look.report)
    return page(
        request,
        "imports/report.html",
        status=status,
        kind=look.upload.kind,
        it=look.upload,
        report=look.report,
        form=form,
        steps=step_names(),
        faults=faults[:FAULTS_SHOWN],
        more=max(len(faults) - FAULTS_SHOWN, 0),
        likenesses=telling.likenesses(look.report),
        letters=look.upload.kind is ImportKind.VOLUNTEERS and doorway_of(request.app.state.settings).letters,
    )


def _result(request: AnyRequest, look: Look) -> Template:
    rows = [(row, look.why_it_stays(row)) for row in look.made]
    return page(
        request,
        "imports/result.html",
        kind=look.upload.kind,
        it=look.upload,
        steps=step_names(),
        rows=[(row, sentence(code, {}) if code else "") for row, code in rows],
        free=sum(code is None for _, code in rows),
        until=look.upload.since + KEPT_FOR,
        zone=request.user.timezone,
    )
