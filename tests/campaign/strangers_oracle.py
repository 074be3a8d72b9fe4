"""Who may see what of a random world: domain.md §1.1b told a second time, in Python, without a word of SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tests.campaign.strangers import HELD, LIVE, OFFERED, AFamily, AMatch, ARow, AVolunteer, World

from teamhope.vocabulary.people import Actor, Role

KEPT_DAYS: Final = 90


@dataclass(frozen=True)
class Oracle:
    """What one actor may see of one world."""

    world: World
    actor: Actor

    @property
    def sees_all(self) -> bool:
        return self.actor.role is Role.COORDINATOR and self.actor.team_id is None

    @property
    def calls_families(self) -> bool:
        return self.actor.role in {Role.VOLUNTEER, Role.TEAM_LEAD}

    @property
    def of_a_team(self) -> bool:
        return self.actor.role is Role.COORDINATOR and self.actor.team_id is not None

    def families(self) -> frozenset[UUID]:
        if self.sees_all:
            return frozenset(family.id for family in self.world.families)
        if self.calls_families:
            return frozenset(m.family.id for m in self.world.matches if m.status in HELD and self._is_hers(m.volunteer))
        if self.of_a_team:
            looked_after = {each.id for each in self.world.families if each.team == self.actor.team_id}
            return frozenset(looked_after | {m.family.id for m in self.world.matches if self._reaches_her_team(m)})
        if self.actor.role is Role.ADVOCATE:
            return frozenset(row.family.id for row in self.world.rows if row.opens)
        return frozenset()

    def volunteers(self) -> frozenset[UUID]:
        if self.sees_all:
            return frozenset(each.it.id for each in self.world.volunteers)
        found = {each.it.id for each in self.world.volunteers if self._is_hers(each)}
        if self.of_a_team:
            found |= {each.it.id for each in self.world.volunteers if each.team == self.actor.team_id}
            found |= {m.volunteer.it.id for m in self.world.matches if self._calls_her_family(m)}
        return frozenset(found)

    def matches(self) -> frozenset[UUID]:
        if self.calls_families:
            seen = (m for m in self.world.matches if m.status in (OFFERED, *HELD) and self._is_hers(m.volunteer))
            return frozenset(m.id for m in seen)
        families = self.families()
        return frozenset(m.id for m in self.world.matches if m.family.id in families)

    def rows(self, table: str) -> frozenset[UUID]:
        """Of the rows of this world."""
        if table in OF_FAMILY:
            return frozenset(OF_FAMILY[table](each) for each in self._families())
        if table == "support_request":
            offered = (
                m for m in self.world.matches if m.status == OFFERED and m.volunteer.it.id == self.actor.volunteer_id
            )
            requests = {each.request.id for each in self._families()}
            return frozenset(requests | {m.family.request.id for m in offered})
        if table == "volunteer":
            return self.volunteers()
        if table == "person":
            return self._people()
        if table == "match":
            return self.matches()
        return frozenset(row.id for row in self.world.rows if row.table == table and self._sees(row))

    def past_references(self) -> frozenset[str]:
        """References that a volunteer, and her lead, may still read."""
        over = (
            m
            for m in self.world.matches
            if m.status in {"closed", "unable_to_contact"} and m.ended_days_ago < KEPT_DAYS
        )
        hers = (m for m in over if self.calls_families and self._is_hers(m.volunteer))
        return frozenset(m.family.request.family_no for m in hers)

    def past_matches(self) -> frozenset[UUID]:
        over = (
            m
            for m in self.world.matches
            if m.status not in (*HELD, OFFERED, "suggested") and m.ended_days_ago < KEPT_DAYS
        )
        return frozenset(m.id for m in over if self.calls_families and self._is_hers(m.volunteer))

    def past_calls(self) -> frozenset[UUID]:
        families = self.families()
        calls = (row for row in self.world.rows if row.table == "call" and row.family.id not in families)
        return frozenset(row.id for row in calls if row.match and row.match.id in self.past_matches())

    def _families(self) -> list[AFamily]:
        hers = self.families()
        return [each for each in self.world.families if each.id in hers]

    def _people(self) -> frozenset[UUID]:
        everybody = {each.it.person_id: each.it.id for each in self.world.volunteers}
        if self.sees_all or self.actor.role is Role.ADMIN:
            return frozenset(everybody)
        hers = self.volunteers()
        return frozenset(person for person, volunteer in everybody.items() if volunteer in hers)

    def _is_hers(self, volunteer: AVolunteer) -> bool:
        leads = (
            self.actor.role is Role.TEAM_LEAD and volunteer.team is not None and volunteer.team == self.actor.team_id
        )
        return leads or volunteer.it.id == self.actor.volunteer_id

    def _reaches_her_team(self, match: AMatch) -> bool:
        lately = match.status == "closed" and match.ended_days_ago < KEPT_DAYS
        return match.volunteer.team == self.actor.team_id and (match.status in LIVE or lately)

    def _calls_her_family(self, match: AMatch) -> bool:
        return match.family.team == self.actor.team_id and match.status in LIVE

    def _sees(self, row: ARow) -> bool:
        if self.sees_all:
            return row.table != "call_draft"
        if row.table == "debrief":
            return self.actor.role is Role.ADVOCATE or (row.match is not None and self._has(row.match.volunteer))
        if row.table == "follow_up_plan":
            return row.match is not None and row.match.id in self.matches()
        if row.table == "escalation" and self.actor.role is Role.ADVOCATE:
            return True
        return row.family.id in self.families() and self._sees_of_hers(row)

    def _sees_of_hers(self, row: ARow) -> bool:
        """Of a family that she may see."""
        if row.table == "call_draft":
            return row.match is not None and row.match.volunteer.it.id == self.actor.volunteer_id
        if not self.calls_families:
            return True
        if row.table in {"task", "escalation"}:
            return row.opened_by == self.actor.person_id
        return self._is_hers(row.match.volunteer) if row.match else row.table != "service_event"

    def _has(self, volunteer: AVolunteer) -> bool:
        return volunteer.it.id in self.volunteers()


OF_FAMILY: Final[dict[str, Any]] = {
    "family": lambda family: family.id,
    "contact": lambda family: family.request.contact_id,
    "contact_phone": lambda family: family.request.phone_id,
    "incident": lambda family: family.request.incident_id,
}
HANGING: Final = (
    "blocked_person", "follow_up", "follow_up_plan", "call", "debrief", "call_draft", "task", "escalation",
    "service_event",
)  # fmt: skip
TABLES: Final = (*OF_FAMILY, "support_request", "volunteer", "person", "match", *HANGING)


def all_ids(made: World, table: str) -> list[UUID]:
    """Every row of the world, whoever may see it."""
    if table in OF_FAMILY:
        return [OF_FAMILY[table](each) for each in made.families]
    others: dict[str, Iterable[UUID]] = {
        "support_request": (each.request.id for each in made.families),
        "volunteer": (each.it.id for each in made.volunteers),
        "person": (each.it.person_id for each in made.volunteers),
        "match": (each.id for each in made.matches),
    }
    return list(others.get(table, (row.id for row in made.rows if row.table == table)))
