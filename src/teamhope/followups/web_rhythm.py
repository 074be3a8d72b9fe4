"""Where a family is and how often it is called, as staff keep it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service as families
from teamhope.families.entry_words import words_for, zone_words
from teamhope.families.forms import Code, Zone
from teamhope.families.queries_view import FamilyView
from teamhope.followups import service_rhythm, service_zone
from teamhope.followups.rules_settings import Rhythm
from teamhope.followups.wording_cadence import rhythm_words
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.places import ZONES

AnyRequest = Request[Any, Any, Any]


class ZoneForm(Struct, frozen=True):
    """`whose` is one contact; None: everybody's."""

    timezone: Zone
    whose: UUID | None = None


class RhythmForm(Struct, frozen=True):
    match: UUID
    rhythm: Code


class RhythmController(Controller):
    path = "/families/{family_id:uuid}/rhythm"
    opt = needs(Can.CHANGE_REQUEST)
    include_in_schema = False

    @get("/")
    async def show(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await _page(request, actor, family_id, now)

    @post("/zone")
    async def set_zone(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(ZoneForm, sent)
            await service_zone.set_zone(actor, family_id, form.whose, form.timezone, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, family_id, now, form_again(wrong, sent))
        return see(f"/families/{family_id}/rhythm", "saved")

    @post("/choose")
    async def choose(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(RhythmForm, sent)
            await service_rhythm.choose_rhythm(actor, family_id, form.match, form.rhythm, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, family_id, now, form_again(wrong, sent))
        return see(f"/families/{family_id}/rhythm", "saved")


async def _page(
    request: AnyRequest, actor: Actor, family_id: UUID, now: datetime, problem: Form | None = None
) -> Template:
    family = await families.show_family(actor, family_id)
    chosen = await service_rhythm.show_rhythms(actor, family_id)
    return page(
        request,
        "followups/rhythm.html",
        status=422 if problem else 200,
        family=family,
        form=problem or Form.empty(timezone=family.timezone),
        zones=_zones(family, now),
        people=[(each.id, each.first_name) for each in family.contacts],
        matches={each.id: each for each in family.matches},
        plans=[(each.match_id, rhythm_words(each.rhythm), each.rhythm.code) for each in chosen.plans],
        rhythms=_choices(chosen.rhythms),
        **words_for(request.user),
    )


def _zones(family: FamilyView, now: datetime) -> list[tuple[str, str]]:
    """Those of the list, and where the family is if that is another."""
    listed = i18n.zone_choices(ZONES, now)
    theirs = {each.timezone for each in family.contacts if each.timezone} - set(ZONES)
    return [*listed, *((zone, zone_words(zone)) for zone in sorted(theirs))]


def _choices(rhythms: tuple[Rhythm, ...]) -> list[tuple[str, str]]:
    return [(each.code, rhythm_words(each)) for each in rhythms]
