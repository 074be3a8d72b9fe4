"""What one volunteer leaves to the next, by her or a coordinator, who also asks the family how far it agrees."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import may, needs
from teamhope.families.entry_words import read_aloud
from teamhope.families.forms import CONSENT_WORDING
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service_handover as service
from teamhope.matching.forms import AnswerForm, HandoverForm
from teamhope.matching.rules_handover import Handover, Sharing
from teamhope.problems import form_again
from teamhope.vocabulary.calls import Helps
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.labels import choices
from teamhope.vocabulary.notes import NOTE_LONGEST
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.words import word_choices

AnyRequest = Request[Any, Any, Any]
ANSWERS: Final = {
    Sharing.NOTHING: N_("Nothing"),
    Sharing.FACTS: N_("What they talked about and what helps"),
    Sharing.NOTE: N_("The note too"),
}
READ_ALOUD: Final = {Sharing.FACTS: ConsentKind.HANDOVER_FACTS, Sharing.NOTE: ConsentKind.HANDOVER_NOTE}


class HandoverController(Controller):
    path = "/matches/{match_id:uuid}/handover"
    include_in_schema = False

    @get("/", opt=needs(Can.HAND_OVER))
    async def show(self, request: AnyRequest, match_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, actor, match_id, None)

    @post("/", opt=needs(Can.HAND_OVER))
    async def write(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(HandoverForm, sent)
            left = Handover(tuple(dict.fromkeys(form.topics)), tuple(dict.fromkeys(form.helps)), form.note)
            await service.write(actor, match_id, left, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, match_id, form_again(wrong, sent))
        return see(f"/matches/{match_id}/handover", "saved")

    @post("/answer", opt=needs(Can.CHANGE_REQUEST))
    async def answer(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(AnswerForm, sent)
            await service.record_answer(actor, match_id, form.sharing, form.wording_version, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, match_id, form_again(wrong, sent))
        return see(f"/matches/{match_id}/handover", "saved")


async def _page(request: AnyRequest, actor: Actor, match_id: UUID, form: Form | None) -> Template:
    seen = await service.show(actor, match_id)
    left = seen.handover
    answer = seen.answer or ""
    return page(
        request,
        "matching/handover.html",
        status=422 if form else 200,
        seen=seen,
        form=form or Form.empty(topics=left.topics, helps=left.helps, note=left.note, sharing=answer),
        topics=word_choices("topic"),
        helps=choices(Helps),
        note_longest=NOTE_LONGEST,
        asks=may(actor.role, Can.CHANGE_REQUEST),
        answer=gettext(ANSWERS[seen.answer]) if seen.answer else "",
        answers=[_answer(sharing, seen.of.language) for sharing in ANSWERS],
        wording_version=CONSENT_WORDING,
    )


def _answer(sharing: Sharing, spoken: str) -> tuple[str, ...]:
    """With the words to read aloud, where there are any."""
    kind = READ_ALOUD.get(sharing)
    words = (sharing.value, gettext(ANSWERS[sharing]))
    return (*words, read_aloud(kind, spoken)) if kind else words
