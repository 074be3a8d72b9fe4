"""Reading the audit: a page of it, how the chain stands, and a part of it to take out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teamhope.accounts import service as accounts
from teamhope.audit import service as audit
from teamhope.audit import service_chain
from teamhope.audit.queries_chain import Tail
from teamhope.audit.rules_chain import Seal
from teamhope.kit.database import acting_as
from teamhope.oversight import queries_audit as queries
from teamhope.oversight.queries_audit import Line
from teamhope.oversight.rules import EXPORT_MOST, PAGE, ExportReason, Wanted
from teamhope.vocabulary.people import Actor, Role


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`lines`: one more than PAGE if there is a next page. `people`: the names that the actor may see, by id."""

    lines: list[Line]
    people: dict[UUID, str]
    last: Seal | None
    tail: Tail


async def show(actor: Actor, wanted: Wanted, page: int) -> AuditPage:
    """Names are for administrators: an auditor judges acts, and may not see who is who."""
    async with acting_as(actor):
        lines = await queries.list_lines(wanted, PAGE + 1, PAGE * (page - 1))
        names = await accounts.list_names(actor) if actor.role is Role.ADMIN else []
        last, tail = await service_chain.standing(actor)
    return AuditPage(lines, {each.id: each.name for each in names}, last, tail)


async def export(actor: Actor, wanted: Wanted, reason: ExportReason, now: datetime) -> list[Line]:
    """The newest EXPORT_MOST at most, as codes and ids; kept in the audit itself."""
    async with acting_as(actor):
        lines = await queries.list_lines(wanted, EXPORT_MOST)
        await audit.record(actor, "exported_audit", ("audit_event", None), now, reason=reason)
    return lines
