"""The members of the FAON network with their dated proofs: in 2021 as many in good standing as were published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from teamhope.demo.rules_rows import Row, World, chance_of, happens, new_id, one_of
from teamhope.demo.rules_words import ENGLISH_NAMES, PRACTICE_KINDS, PRACTICES
from teamhope.referrals.rules import (
    Answer,
    FeeMode,
    LeftHow,
    MemberFacts,
    Participation,
    ParticipationKind,
    Proof,
    ProofKind,
    Request,
    answer_due_on,
    counts_as_member,
    faon_standing,
)

COUNTED_ON: Final = date(2021, 12, 31)
MEMBERS: Final = 300  # in good standing that day, as published (domain.md §5, By the Numbers)
NEWCOMERS: Final = 85  # since then
FIRST_JOINED: Final = date(2014, 1, 1)
ON_FILE_FROM: Final = date(2019, 6, 1)  # what is older was kept on paper
# What keeps a few from being counted: they left, their insurance ran out, or they are still being checked.
FLAWS: Final = {None: 80, "insurance_ran_out": 6, "withdrew": 8, "removed": 1, "still_vetting": 5}
KINDS: Final = {"individual_clinician": 60, "clinician_group": 15, "organisation": 25}
LEFT_SINCE: Final = 0.2  # of the members of then, in the years after
EVERY: Final = {  # days between two proofs of a kind; each is renewed before it ends
    ProofKind.VETTING: 690,
    ProofKind.LICENCE: 340,
    ProofKind.JUDGMENT_CHECK: 340,
    ProofKind.INSURANCE: 345,
}
VALID_DAYS: Final = {ProofKind.LICENCE: 730, ProofKind.INSURANCE: 365}
LICENSED_ONLY: Final = frozenset({ProofKind.LICENCE, ProofKind.JUDGMENT_CHECK})


@dataclass(frozen=True, slots=True)
class Membership:
    joined_on: date
    until: date  # the last day on which anything was put on file
    left_how: LeftHow | None = None
    insured_until: date | None = None


def add_network(world: World, seed: int, now: datetime) -> None:
    chance = chance_of(seed, "network")
    counted = 0
    while counted < MEMBERS:
        counted += counts_as_member(faon_standing(_add_member(world, chance, _of_then(chance, now.date())), COUNTED_ON))
    for _ in range(NEWCOMERS):
        joined_on = _day(chance, COUNTED_ON + timedelta(days=60), now.date())
        _add_member(world, chance, Membership(joined_on, now.date()))


def _of_then(chance: Random, today: date) -> Membership:
    flaw = one_of(chance, FLAWS)
    joined_on = _day(chance, FIRST_JOINED, date(2021, 9, 30))
    if flaw == "still_vetting":
        return Membership(_day(chance, date(2022, 1, 10), date(2022, 4, 30)), today)
    if flaw == "insurance_ran_out":
        return Membership(
            joined_on, date(2022, 3, 1), insured_until=_day(chance, date(2021, 10, 1), date(2021, 12, 30))
        )
    if flaw is not None:
        left_how = LeftHow.WITHDRAWN if flaw == "withdrew" else LeftHow.REMOVED
        return Membership(joined_on, _day(chance, date(2021, 10, 1), date(2021, 12, 30)), left_how)
    if happens(chance, LEFT_SINCE):
        return Membership(joined_on, _day(chance, date(2022, 2, 1), today), LeftHow.WITHDRAWN)
    return Membership(joined_on, today)


def _day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randint(0, max((last - first).days, 0)))


def _add_member(world: World, chance: Random, membership: Membership) -> MemberFacts:
    kind = one_of(chance, KINDS)
    row = world.add(
        "faon_member",
        id=new_id(chance),
        name=f"{chance.choice(PRACTICES)} {chance.choice(ENGLISH_NAMES)} {PRACTICE_KINDS[kind]} (example)",
        kind=kind,
        licence_required=kind != "organisation" or happens(chance, 0.4),
        direct_services=True,
        fee_modes=sorted(chance.sample(sorted(FeeMode), chance.randint(1, 3))),
        joined_on=membership.joined_on,
        left_on=membership.until if membership.left_how else None,
        left_how=membership.left_how,
        contact_confirmed_on=membership.until - timedelta(days=chance.randint(1, 330)),
        attested_on=membership.until - timedelta(days=chance.randint(1, 330)),
    )
    return MemberFacts(
        licence_required=row["licence_required"],
        direct_services=True,
        fee_modes=frozenset(row["fee_modes"]),
        joined_on=membership.joined_on,
        left_on=row["left_on"],
        left_how=membership.left_how,
        attested_on=row["attested_on"],
        contact_confirmed_on=row["contact_confirmed_on"],
        proofs=tuple(_add_proofs(world, chance, row, membership)),
        participations=tuple(_add_participations(world, chance, row, membership)),
        requests=tuple(_add_requests(world, chance, row, membership)),
    )


def _add_proofs(world: World, chance: Random, member: Row, membership: Membership) -> Iterator[Proof]:
    kinds = [kind for kind in ProofKind if member["licence_required"] or kind not in LICENSED_ONLY]
    for kind in kinds:
        number = f"EXAMPLE-{chance.randint(10_000, 99_999)}" if kind in VALID_DAYS else None
        for verified_on in _renewals(chance, membership, EVERY[kind]):
            expires_on = verified_on + timedelta(days=VALID_DAYS[kind]) if kind in VALID_DAYS else None
            if kind is ProofKind.INSURANCE and membership.insured_until:
                if verified_on > membership.insured_until:
                    continue
                expires_on = min(verified_on + timedelta(days=365), membership.insured_until)
            world.add(
                "faon_proof", id=new_id(chance), member=member["id"], kind=kind, number=number,
                verified_on=verified_on, expires_on=expires_on, passed=True,
            )  # fmt: skip
            yield Proof(kind, verified_on, expires_on)


def _renewals(chance: Random, membership: Membership, every: int) -> Iterator[date]:
    """From some weeks before joining, or from when files begin, to the end."""
    on = max(membership.joined_on - timedelta(days=20), ON_FILE_FROM) + timedelta(days=chance.randint(0, 15))
    while on <= membership.until:
        yield on
        on += timedelta(days=every - chance.randint(0, 20))


def _add_participations(world: World, chance: Random, member: Row, membership: Membership) -> Iterator[Participation]:
    """In every membership year one event, or two online trainings."""
    year = membership.joined_on
    while year < membership.until:
        kind = one_of(chance, {ParticipationKind.EVENT: 60, ParticipationKind.ONLINE_TRAINING: 40})
        for _ in range(1 if kind is ParticipationKind.EVENT else 2):
            on = _day(chance, year + timedelta(days=10), year + timedelta(days=300))
            if ON_FILE_FROM <= on <= membership.until:
                world.add(
                    "faon_participation", id=new_id(chance), member=member["id"], kind=kind, happened_on=on,
                )  # fmt: skip
                yield Participation(kind, on)
        year += timedelta(days=365)


def _add_requests(world: World, chance: Random, member: Row, membership: Membership) -> Iterator[Request]:
    for _ in range(chance.randint(0, 4)):
        sent_on = _day(chance, max(membership.joined_on, ON_FILE_FROM), membership.until)
        due_on = answer_due_on(sent_on)
        answer = one_of(chance, ANSWERS)
        answered_on = min(_day(chance, sent_on, due_on), membership.until) if answer else None
        fields: Mapping[str, Any] = {
            "sent_on": sent_on, "due_on": due_on, "answered_on": answered_on, "answer": answer,
        }  # fmt: skip
        world.add("faon_request", id=new_id(chance), member=member["id"], **fields)
        yield Request(**fields)


ANSWERS: Final = {Answer.ACCEPT: 50, Answer.DECLINE: 25, Answer.INFO: 20, None: 5}
