"""The list of what somebody has to do."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from teamhope.accounts.policy import may, needs
from teamhope.kit.forms import read_form
from teamhope.kit.web import page, see
from teamhope.tasks import service
from teamhope.tasks.wording import detail_words
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import TaskStatus


class CloseForm(Struct):
    result: Annotated[str, Meta(pattern="^(done|dropped)$")]


class TaskController(Controller):
    path = "/tasks"
    opt = needs(Can.WORK_TASKS)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: Request[Any, Any, Any], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        tasks = await service.list_open(actor)
        return page(
            request,
            "tasks/list.html",
            tasks=tasks,
            label=label,
            detail_words=detail_words,
            today=now.date(),
            sees_volunteers=may(actor.role, Can.SEE_VOLUNTEERS),
        )

    @post("/{task_id:uuid}/close")
    async def close(
        self,
        request: Request[Any, Any, Any],
        task_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        form = read_form(CloseForm, await request.form())
        await service.close(actor, task_id, TaskStatus(form.result), now)
        return see("/tasks", "task_closed")
