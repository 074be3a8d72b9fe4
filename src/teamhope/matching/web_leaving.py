"""All families of one volunteer, and who goes on with each when she stops."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct, defstruct

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service_leaving as service
from teamhope.matching.forms import NoteText
from teamhope.matching.queries import MatchSeen
from teamhope.matching.rules_handover import ACCOMPANIES, problems_of_note
from teamhope.matching.rules_leaving import Leaving, ways_of
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.notes import NOTE_LONGEST
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
WORDS: Final = {
    Leaving.HANDOVER: N_("Look for somebody else now"),
    Leaving.GOODBYE: N_("Say goodbye in the last calls, then end"),
    Leaving.STAYS: N_("Leave as it is"),
}


class LeavingController(Controller):
    path = "/volunteers/{volunteer_id:uuid}/families"
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, volunteer_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, volunteer_id, None)

    @post("/")
    async def move(
        self,
        request: AnyRequest,
        volunteer_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        matches = (await service.list_families(actor, volunteer_id)).matches
        try:
            form = read_form(_form_of(matches), sent)
            notes = _notes(form, [each for each in matches if note_of(each) in sent])
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, volunteer_id, form_again(wrong, sent))
        ways = {each.id: Leaving(getattr(form, name_of(each))) for each in matches}
        await service.move_families(actor, volunteer_id, ways, notes, now)
        return see(f"/volunteers/{volunteer_id}/families", "saved")


def name_of(match: MatchSeen) -> str:
    return f"way_{match.id.hex}"


def note_of(match: MatchSeen) -> str:
    return f"note_{match.id.hex}"


def _knows_the_family(match: MatchSeen) -> bool:
    return match.status in ACCOMPANIES


def _form_of(matches: Sequence[MatchSeen]) -> type[Struct]:
    ways: list[Any] = [(name_of(each), Leaving) for each in matches]
    notes: list[Any] = [(note_of(each), NoteText | None, None) for each in matches if _knows_the_family(each)]
    return defstruct("LeavingForm", ways + notes, frozen=True)


def _notes(form: Struct, matches: Sequence[MatchSeen]) -> dict[UUID, str | None]:
    """What was noted, by match; None where it was cleared. Raises Invalid naming every note that cannot be kept."""
    notes = {each.id: getattr(form, note_of(each), None) for each in matches}
    wrong = [problem for each in matches for problem in problems_of_note(note_of(each), notes[each.id])]
    if wrong:
        raise Invalid(wrong)
    return notes


def _choices(match: MatchSeen) -> list[tuple[Leaving, str]]:
    return [(way, gettext(WORDS[way])) for way in ways_of(match.status)]


async def _page(request: AnyRequest, actor: Actor, volunteer_id: UUID, form: Form | None) -> Template:
    hers = await service.list_families(actor, volunteer_id)
    ways = {name_of(each): Leaving.STAYS for each in hers.matches}
    notes = {note_of(each): hers.left[each.id].note for each in hers.matches if each.id in hers.left}
    return page(
        request,
        "matching/leaving.html",
        status=422 if form else 200,
        volunteer_id=volunteer_id,
        name=hers.name,
        matches=hers.matches,
        form=form or Form.empty(**ways, **notes),
        name_of=name_of,
        note_of=note_of,
        note_longest=NOTE_LONGEST,
        knows_the_family=_knows_the_family,
        choices=_choices,
        label=label,
        zone=request.user.timezone,
    )
