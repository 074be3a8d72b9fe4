"""The chain without a database: whatever is done to rows and seals behind our back is named, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.audit.rules import Entry, canonical
from teamhope.audit.rules_chain import (
    DROPPED,
    ROW,
    Fault,
    FaultKind,
    Kept,
    Seal,
    Waiting,
    by_month,
    chained,
    dropped_text,
    faults_of_link,
    faults_of_seal,
    faults_of_tail,
)
from teamhope.kit import crypto
from teamhope.vocabulary.people import Actor, Role

RING = crypto.KeyRing(keys=(b"e" * 32,), lookup=b"l" * 32, signing=b"s" * 32)
OURS = partial(crypto.sign, RING)
FORGED = partial(crypto.sign, replace(RING, signing=b"x" * 32))
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)

Rows = dict[UUID, Kept]


def a_row(at: datetime = NOW, sign=OURS) -> Kept:
    entry = Entry(uuid4(), at, Actor(Role.COORDINATOR, uuid4()), "read", "contact", uuid4(), None)
    return Kept(entry, sign(ROW, canonical(entry)))


def waiting(rows: list[Kept]) -> list[Waiting]:
    return [Waiting(seq, row.entry.id, row.entry.at, row.hmac) for seq, row in enumerate(rows)]


def a_chain(*counts: int) -> tuple[list[Seal], Rows]:
    seals: list[Seal] = []
    rows: list[Kept] = []
    for count in counts:
        added = [a_row() for _ in range(count)]
        seals += chained(waiting(added), seals[-1] if seals else None, NOW, OURS)
        rows += added
    return seals, {row.entry.id: row for row in rows}


def faults(seals: list[Seal], rows: Rows) -> list[Fault]:
    before = [None, *seals]
    return [
        fault
        for seal, last in zip(seals, before, strict=False)
        for fault in (*faults_of_link(seal, last), *faults_of_seal(seal, rows, OURS))
    ]


def test_an_untouched_chain_has_no_fault() -> None:
    assert faults(*a_chain(3, 1, 4)) == []


CHANGES: dict[str, Callable[[Entry], Entry]] = {
    "at": lambda e: replace(e, at=e.at + timedelta(microseconds=1)),
    "role": lambda e: replace(e, actor=replace(e.actor, role=Role.ADMIN)),
    "person": lambda e: replace(e, actor=replace(e.actor, person_id=uuid4())),
    "name": lambda e: replace(e, actor=replace(e.actor, name="demo")),
    "act": lambda e: replace(e, act="searched_families"),
    "kind": lambda e: replace(e, subject_kind="family"),
    "subject": lambda e: replace(e, subject=uuid4()),
    "no subject": lambda e: replace(e, subject=None),
    "reason": lambda e: replace(e, reason="danger_now"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_row_is_named(change: Callable[[Entry], Entry]) -> None:
    seals, rows = a_chain(2, 3)
    event = seals[1].link.events[1]
    rows[event] = replace(rows[event], entry=change(rows[event].entry))
    assert faults(seals, rows) == [Fault(FaultKind.ROW_CHANGED, event)]


def test_a_row_signed_anew_with_another_key_is_named() -> None:
    seals, rows = a_chain(2)
    event = seals[0].link.events[0]
    entry = replace(rows[event].entry, act="nothing")
    rows[event] = Kept(entry, FORGED(ROW, canonical(entry)))
    assert faults(seals, rows) == [Fault(FaultKind.ROW_CHANGED, event)]


def test_a_row_that_is_exchanged_for_another_true_one_breaks_the_seal() -> None:
    seals, rows = a_chain(2)
    event, entry = seals[0].link.events[0], replace(a_row().entry, id=seals[0].link.events[0])
    rows[event] = Kept(entry, OURS(ROW, canonical(entry)))
    assert faults(seals, rows) == [Fault(FaultKind.SEAL_CHANGED, 1)]


def test_a_deleted_row_is_named() -> None:
    seals, rows = a_chain(2, 3)
    del rows[seals[1].link.events[2]]
    assert faults(seals, rows) == [Fault(FaultKind.ROW_DELETED, seals[1].link.events[2])]


def test_the_moment_is_signed_and_not_its_zone() -> None:
    row = a_row()
    there = replace(row.entry, at=NOW.astimezone(timezone(timedelta(hours=-6))))
    assert canonical(there) == canonical(row.entry)


EDITS: dict[str, Callable[[Seal], Seal]] = {
    "month": lambda s: replace(s, link=replace(s.link, month=s.link.month.replace(month=1))),
    "sealed at": lambda s: replace(s, link=replace(s.link, sealed_at=s.link.sealed_at + timedelta(days=1))),
    "a row taken out": lambda s: replace(s, link=replace(s.link, events=s.link.events[1:])),
    "rows in another order": lambda s: replace(s, link=replace(s.link, events=s.link.events[::-1])),
    "a row twice": lambda s: replace(s, link=replace(s.link, events=(*s.link.events, s.link.events[0]))),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_seal_is_named(edit: Callable[[Seal], Seal]) -> None:
    seals, rows = a_chain(2, 3, 2)
    seals[1] = edit(seals[1])
    assert faults(seals, rows) == [Fault(FaultKind.SEAL_CHANGED, 2)]


def test_swapped_seals_are_named() -> None:
    seals, rows = a_chain(2, 3, 2)
    one, two = seals[0].link, seals[1].link
    seals[0] = replace(seals[0], link=replace(two, number=1))
    seals[1] = replace(seals[1], link=replace(one, number=2))
    seals[0], seals[1] = replace(seals[0], hmac=seals[1].hmac), replace(seals[1], hmac=seals[0].hmac)
    found = faults(seals, rows)
    assert {fault.kind for fault in found} == {FaultKind.LINK_BROKEN, FaultKind.SEAL_CHANGED}
    assert {fault.where for fault in found if fault.kind is FaultKind.SEAL_CHANGED} == {1, 2}


@pytest.mark.parametrize(("missing", "told"), [(0, 2), (1, 3)])
def test_the_seal_after_a_missing_one_is_named(missing: int, told: int) -> None:
    seals, rows = a_chain(2, 3, 2)
    del seals[missing]
    assert faults(seals, rows) == [Fault(FaultKind.LINK_BROKEN, told)]


def dropped(seal: Seal, sign=OURS) -> Seal:
    return replace(seal, dropped_at=NOW, dropped_hmac=sign(DROPPED, dropped_text(seal, NOW)))


def test_dropped_rows_are_not_deleted_rows() -> None:
    seals, rows = a_chain(2, 3)
    for event in seals[0].link.events:
        del rows[event]
    assert faults([dropped(seals[0]), seals[1]], rows) == []


def test_a_forged_mark_of_dropping_is_named() -> None:
    seals, rows = a_chain(2, 3)
    rows = {event: row for event, row in rows.items() if event not in seals[0].link.events}
    assert faults([dropped(seals[0], FORGED), seals[1]], rows) == [Fault(FaultKind.DROP_FORGED, 1)]
    moved = replace(dropped(seals[0]), dropped_at=NOW - timedelta(days=1))
    assert faults([moved, seals[1]], rows) == [Fault(FaultKind.DROP_FORGED, 1)]


def test_a_row_back_under_a_dropped_seal_was_inserted() -> None:
    seals, rows = a_chain(1)
    assert faults([dropped(seals[0])], rows) == [Fault(FaultKind.ROW_INSERTED, seals[0].link.events[0])]


def test_rows_that_wait_are_looked_at_too() -> None:
    true, forged, gone = a_row(), a_row(sign=FORGED), a_row()
    rows = {row.entry.id: row for row in (true, forged)}
    events = [row.entry.id for row in (true, forged, gone)]
    assert list(faults_of_tail(events, rows, OURS)) == [
        Fault(FaultKind.ROW_CHANGED, forged.entry.id),
        Fault(FaultKind.ROW_DELETED, gone.entry.id),
    ]


MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(MOMENTS, max_size=20))
def test_no_seal_spans_two_months_and_no_row_is_lost_or_taken_twice(moments: list[datetime]) -> None:
    rows = waiting([a_row(at) for at in moments])
    seals = chained(rows, None, NOW, OURS)
    assert sorted(event for seal in seals for event in seal.link.events) == sorted(row.id for row in rows)
    months = {row.id: (row.at.year, row.at.month) for row in rows}
    for seal in seals:
        assert {months[event] for event in seal.link.events} == {(seal.link.month.year, seal.link.month.month)}
    assert all(later.link.previous == former.hmac for former, later in pairwise(seals))


def test_a_month_is_one_of_utc() -> None:
    chicago = timezone(timedelta(hours=-6))
    row = Waiting(1, uuid4(), datetime(2026, 11, 30, 19, tzinfo=chicago), b"")
    assert [month.isoformat() for month, _ in by_month([row])] == ["2026-12-01"]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_whichever_row_is_taken_or_changed_it_and_it_alone_is_named(counts: list[int], data: st.DataObject) -> None:
    seals, rows = a_chain(*counts)
    event = data.draw(st.sampled_from(sorted(rows)))
    if data.draw(st.booleans()):
        del rows[event]
        assert faults(seals, rows) == [Fault(FaultKind.ROW_DELETED, event)]
    else:
        rows[event] = replace(rows[event], entry=replace(rows[event].entry, act="other"))
        assert faults(seals, rows) == [Fault(FaultKind.ROW_CHANGED, event)]
