"""The texts that came back and that a person has to read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.followups import service_replies as service
from teamhope.kit.web import page, see
from teamhope.vocabulary.people import Actor, Can


class ReplyController(Controller):
    path = "/replies"
    opt = needs(Can.READ_REPLIES)
    include_in_schema = False

    @get("/")
    async def show(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Template:
        replies = await service.list_unread(actor)
        return page(request, "followups/replies.html", replies=replies, zone=request.user.timezone)

    @post("/{reply_id:uuid}", status_code=200)
    async def read(
        self, request: Request[Any, Any, Any], reply_id: FromPath[UUID], actor: NamedDependency[Actor]
    ) -> Template:
        opened = await service.open_reply(actor, reply_id)
        return page(request, "followups/reply.html", opened=opened, zone=request.user.timezone)

    @post("/{reply_id:uuid}/done")
    async def done(
        self, reply_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.dealt_with(actor, reply_id, now)
        return see("/replies", "reply_done")
