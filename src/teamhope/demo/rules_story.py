"""The families of the last eighteen months, each told from the day it asked to the day of the demonstration."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

import holidays

from teamhope.demo.rules_choosing import Choice, choose, takes_families, took_families
from teamhope.demo.rules_families import Home, Sketch, a_sketch, add_home
from teamhope.demo.rules_fates import FATES, Fate
from teamhope.demo.rules_matched import Living, Matches
from teamhope.demo.rules_record import Pair, Recorder
from teamhope.demo.rules_rows import happens, hours_later
from teamhope.demo.rules_volunteers import Member
from teamhope.followups.rules import first_due
from teamhope.vocabulary.states import MatchStatus, RequestStatus

R, M = RequestStatus, MatchStatus
ASKED_BEFORE: Final = 0.08  # of matches: another volunteer could not, or did not answer


@dataclass(slots=True)
class Story:
    matches: Matches
    her: Member  # who signs in, and whose families are told by name

    @property
    def recorder(self) -> Recorder:
        return self.matches.recorder

    @property
    def chance(self) -> Random:
        return self.recorder.chance

    @property
    def now(self) -> datetime:
        return self.recorder.now

    def tell_all(self) -> list[Living]:
        """In the order in which the families asked, so that every volunteer's places are taken one after another."""
        asked = sorted(
            (hours_later(self.chance, self.now, *(-24 * days for days in reversed(fate.days_ago))), n, fate)
            for n, fate in enumerate(fate for fate in FATES for _ in range(fate.many))
        )
        return [living for at, _, fate in asked if (living := self.tell_one(at, fate, a_sketch(self.chance)))]

    def tell_one(self, at: datetime, fate: Fate, sketch: Sketch, wanted: Member | None = None) -> Living | None:
        """`wanted`: the volunteer who is chosen, however close the others are."""
        home = add_home(self.recorder.world, self.recorder.staff, self.chance, at, sketch)
        if fate.match is None:
            self._without_match(home, fate)
            return None
        match_at = hours_later(self.chance, at, 3, 24)
        ranked = self._who_may(home, match_at, took_families if fate.match is M.CLOSED else takes_families, wanted)
        if not ranked:
            self._without_match(home, replace(fate, request=R.WAITLISTED))
            return None
        choice = choose(self.chance, ranked)
        pair = Pair(home, choice.member, self.matches.add(home, choice, match_at))
        if len(ranked) > 1 and happens(self.chance, ASKED_BEFORE):
            self.matches.add_asked_before(pair, next(each for each in ranked if each is not choice), at)
        return self.matches.tell(pair, fate)

    def _who_may(self, home: Home, at: datetime, may: Callable[[Member], bool], wanted: Member | None) -> list[Choice]:
        """Those who could call soon, too: a week as it is written has no holiday and no change of the clock."""

        def allowed(member: Member) -> bool:
            return member is wanted if wanted else may(member) and member is not self.her

        ranked = self.matches.choosing.ranked(home.need, at, allowed)
        return [choice for choice in ranked if first_due(at, self.matches.diary(home, choice.member))]

    def _without_match(self, home: Home, fate: Fate) -> None:
        since = min(hours_later(self.chance, home.request["ready_at"], 1, 60), self.now)
        home.request.update(status=fate.request, status_since=since)
        if fate.request is R.READY:
            home.request["status_since"] = home.request["ready_at"]
        elif fate.request is R.ON_HOLD:
            home.request["resume_on"] = self.now.date() + timedelta(days=self.chance.randint(5, 40))
            home.family["held_at"] = since
        elif fate.request is R.TRIAGE:
            home.request["ready_at"] = None
            home.family["timezone"] = home.contact["timezone"] = None
            self.recorder.add_task("confirm_time_zone", None, home.request["created_at"], family=home.id)
        elif fate.request is R.DUPLICATE:
            first = self.chance.choice(self.recorder.world.of("family")[:-1])
            home.family.update(status="closed", duplicate_of=first["duplicate_of"] or first["id"])
        elif fate.request is R.DECLINED:
            home.family["status"] = "closed"


def federal_holidays(now: datetime) -> frozenset[date]:
    """Of the years of the story; on these no routine call is planned."""
    return frozenset(holidays.country_holidays("US", years=range(now.year - 3, now.year + 3)))


def living_of(living: list[Living], fate: Fate) -> Iterator[Living]:
    return (each for each in living if each.fate is fate)
