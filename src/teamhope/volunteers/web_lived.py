"""What a volunteer lived through, entered, corrected or removed by whoever looks after her."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ChildAgeBand, ChildGender
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import subtype_choices, word_choices
from teamhope.volunteers import service, service_lived
from teamhope.volunteers.forms_lived import LivedForm, answers_of, lived_of
from teamhope.volunteers.rules_lived import Lived

AnyRequest = Request[Any, Any, Any]


class ExperienceController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/experiences"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/new")
    async def ask(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, (volunteer_id, None))

    @post("/new")
    async def add(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            lived = lived_of(read_form(LivedForm, sent))
            await service_lived.add_lived(actor, volunteer_id, lived, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, (volunteer_id, None), form_again(wrong, sent), status=422)
        return see(f"/volunteers/{volunteer_id}", "saved")

    @get("/{experience_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        experience_id: FromPath[UUID],
        actor: NamedDependency[Actor],
    ) -> Template:
        return await _page(request, actor, (volunteer_id, experience_id))

    @post("/{experience_id:uuid}")
    async def change(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        experience_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            lived = lived_of(read_form(LivedForm, sent), experience_id)
            await service_lived.change_lived(actor, volunteer_id, lived, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, (volunteer_id, experience_id), form_again(wrong, sent), status=422)
        return see(f"/volunteers/{volunteer_id}", "saved")

    @post("/{experience_id:uuid}/remove")
    async def remove(
        self,
        volunteer_id: FromPath[UUID],
        experience_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service_lived.remove_lived(actor, volunteer_id, experience_id, now)
        return see(f"/volunteers/{volunteer_id}", "experience_removed")


async def _page(
    request: AnyRequest, actor: Actor, ids: tuple[UUID, UUID | None], form: Form | None = None, *, status: int = 200
) -> Template:
    """`ids`: the volunteer's, and her experience's unless it is a new one. Raises NotFound."""
    profile = await service.load_profile(actor, ids[0])
    before = service_lived.find(profile.lived, ids[1]) if ids[1] else None
    return page(
        request,
        "volunteers/experience.html",
        status=status,
        it=profile,
        before=before,
        form=form or Form.empty(**(answers_of(before) if before else {})),
        removable=before is not None and len(profile.lived) > 1,
        offered=lived_choices(before),
    )


def lived_choices(before: Lived | None = None) -> dict[str, Sequence[tuple[str, ...]]]:
    """What may be chosen for each answer: the programme's words, and what is stored though it has it no more."""
    return {
        "case_type": _with(word_choices("case_type"), [before.case_type] if before else []),
        "relation": _with(word_choices("relation"), [before.relation] if before else []),
        "trajectory": _with(word_choices("trajectory"), [before.trajectory] if before else []),
        "subtypes": _with(subtype_choices(), sorted(before.subtypes) if before else []),
        "child_age_band": choices(ChildAgeBand),
        "child_gender": choices(ChildGender),
    }


def _with(offered: Sequence[tuple[str, ...]], stored: Iterable[str | None]) -> list[tuple[str, ...]]:
    known = {choice[0] for choice in offered}
    return [*offered, *((code, code) for code in stored if code is not None and code not in known)]
