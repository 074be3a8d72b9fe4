"""Pages of entering a request: short steps that carry every answer in the form itself, then all answers to check."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.families import service
from teamhope.families.entry_summary import sections
from teamhope.families.entry_words import choices_of, step_names
from teamhope.families.forms_entry import STEP_OF, STEPS, Answers, read_answers
from teamhope.families.rules_request import PossibleDuplicate
from teamhope.families.wording import DUPLICATE_REASONS
from teamhope.kit.forms import Form, FormProblems, Sent, Values, typed
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import sentence
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import word

AnyRequest = Request[Any, Any, Any]

ORDER: Final = tuple(STEPS)
CHECK: Final = "check"
DUPLICATES_SHOWN: Final = 3


class EntryController(Controller):
    path = "/requests/new"
    opt = needs(Can.ENTER_REQUEST)
    include_in_schema = False

    @get("/")
    async def start(self, request: AnyRequest) -> Template:
        return _step_page(request, ORDER[0], {}, uuid4())

    @post("/")
    async def step(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        values, step, go, key = _parts(sent)
        if go in ORDER:
            return _step_page(request, go, values, key)
        try:
            answers = read_answers(values)
            await _refuse_wrong(actor, answers, now, None if go == "save" else step)
        except (FormProblems, Invalid) as wrong:
            return _step_page(request, _first_wrong(wrong, step), values, key, wrong)
        if go == "save":
            entered = await service.enter_request(actor, answers.request(), now, key, answers.circumstances())
            return see(f"/requests/{entered.request_id}", "request_saved")
        following = (*ORDER, CHECK)[ORDER.index(step) + 1]
        if following != CHECK:
            return _step_page(request, following, values, key)
        return await _check_page(request, (actor, now), answers, values, key)


def _parts(sent: Sent) -> tuple[Values, str, str, UUID]:
    """The answers, the step they were sent from, where to go, and the form's key."""
    everything = typed(sent)
    values = {name: value for name, value in everything.items() if name in STEP_OF}
    step, go, key = (str(everything.get(name, "")) for name in ("step", "go", "form_key"))
    try:
        form_key = UUID(key)
    except ValueError:
        form_key = uuid4()
    return values, step if step in ORDER else ORDER[-1], go, form_key


async def _refuse_wrong(actor: Actor, answers: Answers, now: datetime, step: str | None) -> None:
    """Raises Invalid with the pages' own names of fields; only those of `step`, if one is given."""
    try:
        await service.refuse_wrong_answers(actor, answers, now)
    except Invalid as wrong:
        mine = [problem for problem in wrong.problems if step is None or STEP_OF[problem[0]] == step]
        if mine:
            raise Invalid(mine) from wrong


def _first_wrong(wrong: FormProblems | Invalid, otherwise: str) -> str:
    return next((STEP_OF[field] for field, _, _ in wrong.problems if field in STEP_OF), otherwise)


def _step_page(
    request: AnyRequest, step: str, values: Values, key: UUID, wrong: FormProblems | Invalid | None = None
) -> Template:
    problems = wrong.problems if wrong else ()
    errors = {field: sentence(code, facts) for field, code, facts in reversed(problems) if STEP_OF.get(field) == step}
    fields = msgspec.structs.fields(STEPS[step])
    defaults = Form.empty(**{each.name: each.default for each in fields if each.default is not msgspec.NODEFAULT})
    return page(
        request,
        "families/entry.html",
        status=422 if wrong else 200,
        step=step,
        names=step_names(),
        number=ORDER.index(step),
        back=ORDER[ORDER.index(step) - 1] if step != ORDER[0] else "",
        form=Form({**defaults.values, **values}, errors),
        carried=_carried(values, step),
        form_key=key,
        choices=choices_of(str(values.get("language_1", ""))),
    )


def _carried(values: Mapping[str, str | list[str]], step: str) -> list[tuple[str, str]]:
    """What the other steps were answered, for hidden fields."""
    pairs = ((name, value) for name, value in values.items() if STEP_OF[name] != step)
    return [(name, each) for name, value in pairs for each in (value if isinstance(value, list) else [value]) if each]


async def _check_page(
    request: AnyRequest, who: tuple[Actor, datetime], answers: Answers, values: Values, key: UUID
) -> Template:
    found = await service.possible_duplicates(who[0], answers.request())
    return page(
        request,
        "families/entry_check.html",
        names=step_names(),
        sections=sections(answers),
        carried=_carried(values, CHECK),
        form_key=key,
        duplicates=[await _duplicate(who, each) for each in found[:DUPLICATES_SHOWN]],
        new=answers.request(),
        word=word,
    )


async def _duplicate(who: tuple[Actor, datetime], found: PossibleDuplicate) -> dict[str, Any]:
    family = await service.show_family(who[0], found.family_id)
    return {"family": family, "reasons": [gettext(DUPLICATE_REASONS[code]) for code in found.reasons]}
