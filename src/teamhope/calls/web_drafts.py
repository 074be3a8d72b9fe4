"""Keeping the note that is being typed: what the log form's note field talks to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.calls import service_drafts
from teamhope.calls.forms import DraftForm, typed_of
from teamhope.calls.service_drafts import ChangedElsewhere
from teamhope.kit.forms import Sent, read_form
from teamhope.kit.i18n import format_clock
from teamhope.kit.web import page
from teamhope.vocabulary.people import Actor, Can

FIELDS: Final = frozenset({"key", "note", "draft_version"})


@dataclass(frozen=True, slots=True)
class Part:
    """Of the form around the note, which comes along whole, what a draft is made of."""

    sent: Sent

    def multi_items(self) -> Iterable[tuple[str, object]]:
        return [(name, value) for name, value in self.sent.multi_items() if name in FIELDS]


class DraftController(Controller):
    path = "/drafts"
    opt = needs(Can.LOG_CALL)
    include_in_schema = False

    @post("/{follow_up_id:uuid}")
    async def save(
        self,
        request: Request[Any, Any, Any],
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """The status line; 409 with both texts when another window wrote the note in the meantime."""
        form = read_form(DraftForm, Part(await request.form()))
        typed = typed_of(form)
        try:
            draft = await service_drafts.save_draft(actor, follow_up_id, typed, now)
        except ChangedElsewhere as changed:
            return page(request, "calls/draft_conflict.html", status=409, saved=changed.saved.note, typed=typed.note)
        saved_at = format_clock(draft.updated_at, request.user.timezone) if draft else ""
        version = draft.version if draft else 0
        return page(request, "calls/_draft_saved.html", saved_at=saved_at, version=version)
