"""Candidates for a request, and asking one of them, for programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.matching import service
from teamhope.matching.forms import ProposalSent
from teamhope.matching.service_gather import Said
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import MatchStatus

FIRST = 5  # interface.md
MOST = 50


class CandidateShown(Struct, frozen=True):
    volunteer_id: UUID
    name: str
    score: int
    reasons: tuple[Said, ...]
    cautions: tuple[Said, ...]
    load: int
    capacity: int


class ExcludedShown(Struct, frozen=True):
    volunteer_id: UUID
    name: str
    rule: str
    more_rules: int
    text: str


class ExcludedTotals(Struct, frozen=True):
    total: int
    by_rule: dict[str, int]
    first: tuple[ExcludedShown, ...]


class CandidatesShown(Struct, frozen=True):
    candidates: tuple[CandidateShown, ...]
    excluded: ExcludedTotals


class Proposed(Struct, frozen=True):
    match_id: UUID
    status: MatchStatus


class MatchingApi(Controller):
    path = "/api/v1/requests/{request_id:uuid}"
    opt = needs(Can.PROPOSE_MATCH)

    @get("/candidates")
    async def candidates(
        self,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = FIRST,
    ) -> CandidatesShown:
        """The closest volunteers, best first, with reasons; and who is excluded, and why."""
        found = await service.candidates(actor, request_id, limit, now)
        return CandidatesShown(
            tuple(
                CandidateShown(c.volunteer_id, c.name, c.score, c.reasons, c.cautions, c.load, c.capacity)
                for c in found.candidates
            ),
            ExcludedTotals(
                found.excluded,
                found.by_rule,
                tuple(
                    ExcludedShown(e.volunteer_id, e.name, e.rule, e.more_rules, e.text) for e in found.first_excluded
                ),
            ),
        )

    @post("/match")
    async def propose(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[ProposalSent],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Proposed:
        """Asks a volunteer; with both_said_yes, of whom a coordinator has heard it, they are introduced at once."""
        match_id = await service.propose(
            actor, request_id, data.volunteer_id, now, data.override_reason, both_said_yes=data.both_said_yes
        )
        status = MatchStatus.INTRODUCED if data.both_said_yes else MatchStatus.PROPOSED_TO_VOLUNTEER
        return Proposed(match_id, status)
