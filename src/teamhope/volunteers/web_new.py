"""A volunteer is added: who she is, what she speaks, and the first thing she lived through."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.accounts.service_links import doorway_of
from teamhope.accounts.web_links import link_made
from teamhope.kit import clock, i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import Gender, LanguageLevel
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.places import STATES, ZONES
from teamhope.vocabulary.words import word_choices
from teamhope.volunteers import service
from teamhope.volunteers.entry import entered
from teamhope.volunteers.forms import VolunteerForm
from teamhope.volunteers.web_lived import lived_choices

AnyRequest = Request[Any, Any, Any]


class NewVolunteerController(Controller):
    path = "/volunteers/new"
    opt = needs(Can.MANAGE_VOLUNTEERS)
    include_in_schema = False

    @get("/")
    async def ask(self, request: AnyRequest) -> Template:
        return _new_page(request, Form.empty(timezone=ZONES[0], language="en"))

    @post("/")
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(VolunteerForm, sent)
            person, new = entered(form, actor.team_id, now.date())
            doorway = doorway_of(request.app.state.settings)
            volunteer_id, link = await service.add_volunteer(actor, person, new, doorway, now)
        except (FormProblems, Invalid) as wrong:
            return _new_page(request, form_again(wrong, sent), status=422)
        return link_made(request, link, f"/volunteers/{volunteer_id}", "volunteer_added")


def _new_page(request: AnyRequest, form: Form, *, status: int = 200) -> Template:
    return page(
        request,
        "volunteers/new.html",
        status=status,
        form=form,
        zones=i18n.zone_choices(ZONES, clock.now()),
        states=[(code, code) for code in sorted(STATES)],
        genders=choices(Gender),
        levels=choices(LanguageLevel),
        spoken=word_choices("language"),
        offered=lived_choices(),
    )
