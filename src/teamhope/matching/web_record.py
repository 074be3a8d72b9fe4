"""Pages of a volunteer's languages and team, for coordinators."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.matching import service_record as service
from teamhope.matching.forms_record import NUMBERS, LanguagesForm, TeamForm, answers_of, spoken_of
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import LanguageLevel
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import word, word_choices
from teamhope.volunteers import service as volunteers

AnyRequest = Request[Any, Any, Any]
OPEN_LINES: Final = 3  # further ones are folded away


class LanguagesController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/languages"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _languages(request, actor, volunteer_id)

    @post("/")
    async def save(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            spoken = spoken_of(read_form(LanguagesForm, sent))
            alone = await service.set_languages(actor, volunteer_id, spoken, now)
        except (FormProblems, Invalid) as wrong:
            return await _languages(request, actor, volunteer_id, form_again(wrong, sent))
        return see(f"/volunteers/{volunteer_id}", "languages_with_families" if alone else "saved")


async def _languages(request: AnyRequest, actor: Actor, volunteer_id: UUID, problem: Form | None = None) -> Template:
    profile = await volunteers.load_profile(actor, volunteer_id)
    offered = word_choices("language")
    known = {code for code, _ in offered}
    form = problem or Form.empty(**answers_of(profile.languages))
    return page(
        request,
        "matching/languages.html",
        status=422 if problem else 200,
        it=profile,
        form=form,
        numbers=NUMBERS,
        shown=max(OPEN_LINES, *(number for number in NUMBERS if form.value(f"language_{number}")), 0),
        spoken=[*offered, *((code, word("language", code)) for code in profile.languages if code not in known)],
        levels=choices(LanguageLevel),
    )


class TeamController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/team"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _team(request, actor, volunteer_id)

    @post("/")
    async def save(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service.change_team(actor, volunteer_id, read_form(TeamForm, sent).team, now)
        except (FormProblems, Invalid) as wrong:
            return await _team(request, actor, volunteer_id, form_again(wrong, sent))
        return see(f"/volunteers/{volunteer_id}", "team_changed")


async def _team(request: AnyRequest, actor: Actor, volunteer_id: UUID, problem: Form | None = None) -> Template:
    profile, teams = await service.list_teams(actor, volunteer_id)
    return page(
        request,
        "matching/team.html",
        status=422 if problem else 200,
        it=profile,
        form=problem or Form.empty(team=profile.team[0] if profile.team else None),
        teams=[(str(team.id), team.name) for team in teams],
    )
