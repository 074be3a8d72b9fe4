"""Everything that is held about one family, opened, in the order a person would ask for it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from teamhope.kit.database import connection
from teamhope.retention import queries
from teamhope.tables.calls import Call
from teamhope.tables.care import Escalation
from teamhope.tables.families import BlockedPerson, Consent, Contact, ContactPhone
from teamhope.tables.matches import Handover
from teamhope.tables.volunteers import Volunteer

Row = Mapping[str, Any]
CONTACTS: Final = "select * from contact where family = any($1) order by created_at, id"
NUMBERS: Final = "select * from contact_phone where family = any($1) order by contact, id"
CONSENTS: Final = "select * from consent where family = any($1) order by at, id"
BLOCKED: Final = "select * from blocked_person where family = any($1) order by created_at, id"
DATES: Final = "select * from sensitive_date where family = any($1) order by month, day, kind"
REQUESTS: Final = """
    select r.*, i.case_type, i.subtypes, i.trajectory, i.event_month, i.child_age_band, i.child_gender
    from support_request r join incident i on i.id = r.incident where r.family = any($1) order by r.created_at, r.id
"""
MATCHES: Final = """
    select m.*, v.display_name from match m join volunteer v on v.id = m.volunteer
    where m.family = any($1) order by m.proposed_at, m.id
"""
HANDOVERS: Final = "select * from handover where family = any($1) order by written_at, id"
CALLS: Final = "select * from call where family = any($1) order by started_at, id"
COVERS: Final = "select * from cover_person where family = any($1) order by recorded_at, id"
PROMISED: Final = "select * from follow_up where family = any($1) order by due_at, id"
HELP: Final = "select * from escalation where family = any($1) order by opened_at, id"
SERVICES: Final = "select * from service_event where family = any($1) order by happened_on, id"
FAMILIES: Final = "select * from family where id = any($1) order by duplicate_of is not null, id"


async def load_everything(members: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """By part. Of a volunteer only the first name; nothing of what staff keep about volunteers and their choice."""

    async def every(statement: str) -> list[Row]:
        rows: list[Row] = await connection().fetch(statement, members)
        return rows

    return {
        "family": [_family(row) for row in await every(FAMILIES)],
        "contacts": [_contact(row) for row in await every(CONTACTS)],
        "numbers": [_number(row) for row in await every(NUMBERS)],
        "consents": [_consent(row) for row in await every(CONSENTS)],
        "blocked_people": [_blocked(row) for row in await every(BLOCKED)],
        "sensitive_dates": [_some(row, "kind", "month", "day", "call_on") for row in await every(DATES)],
        "requests": [_request(row) for row in await every(REQUESTS)],
        "matches": [_match(row) for row in await every(MATCHES)],
        "handovers": [_handover(row) for row in await every(HANDOVERS)],
        "cover_people": [_some(row, "agreed_on", "method", "ended_at") for row in await every(COVERS)],
        "promised_calls": [_some(row, "status", "due_at", "timezone") for row in await every(PROMISED)],
        "calls": [_call(row) for row in await every(CALLS)],
        "calls_for_help": [_help(row) for row in await every(HELP)],
        "services": [_some(row, "program", "happened_on", "status") for row in await every(SERVICES)],
        "releases": [_release(row) for row in await queries.list_releases(members)],
    }


def _some(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _family(row: Row) -> dict[str, Any]:
    return _some(row, "family_no", "status", "primary_language", "state", "country", "timezone", "intake_source",
                 "created_at")  # fmt: skip


def _contact(row: Row) -> dict[str, Any]:
    id_ = row["id"]
    return {
        "first_name": Contact.first_name.unseal(id_, row["first_name"]),
        "shared_with": Contact.shared_with.unseal_if(id_, row["shared_with"]),
        "code_word": Contact.code_word.unseal_if(id_, row["code_word"]),
        "languages": msgspec.json.decode(row["languages"]),
        "windows": msgspec.json.decode(row["windows"]),
        **_some(row, "relation", "adult", "timezone", "if_someone_else_answers", "answers_blocked_numbers",
                "contact_preference", "created_at"),
    }  # fmt: skip


def _number(row: Row) -> dict[str, Any]:
    return {
        "number": ContactPhone.number.unseal(row["id"], row["number"]),
        "agreed_words": ContactPhone.agreed_words.unseal_if(row["id"], row["agreed_words"]),
        **_some(row, "kind", "safe_to_call", "voicemail", "safe_to_text", "only_i_see_this_phone",
                "no_time_in_text", "confirmed_on", "stopped_at", "stop_reason"),
    }  # fmt: skip


def _consent(row: Row) -> dict[str, Any]:
    return {
        **_some(row, "kind", "granted", "at", "method", "wording_version", "language", "expires_on"),
        "recipient": Consent.recipient.unseal_if(row["id"], row["recipient"]),
        "purpose": Consent.purpose.unseal_if(row["id"], row["purpose"]),
    }


def _blocked(row: Row) -> dict[str, Any]:
    return {
        "name": BlockedPerson.name.unseal_if(row["id"], row["name"]),
        "phone": BlockedPerson.phone.unseal_if(row["id"], row["phone"]),
        "relation": BlockedPerson.relation.unseal(row["id"], row["relation"]),
        **_some(row, "scope", "reason", "created_at", "ended_at"),
    }


def _request(row: Row) -> dict[str, Any]:
    return {
        **_some(row, "requested_on", "urgency", "match_mode", "status", "status_since", "case_type", "subtypes",
                "trajectory", "event_month", "child_age_band", "child_gender"),
        "preferences": msgspec.json.decode(row["preferences"]),
    }  # fmt: skip


def _match(row: Row) -> dict[str, Any]:
    first_name = Volunteer.display_name.unseal(row["volunteer"], row["display_name"]).split(" ")[0]
    return {
        "volunteer_first_name": first_name,
        **_some(row, "status", "introduced_at", "first_conversation_at", "closed_at", "close_reason"),
    }


def _handover(row: Row) -> dict[str, Any]:
    note = Handover.note.unseal_if(row["id"], row["note"])
    return {**_some(row, "written_at", "topics", "helps"), "note": note}


def _call(row: Row) -> dict[str, Any]:
    return {
        **_some(row, "started_at", "direction", "channel", "outcome", "talk_seconds", "language", "topics", "needs",
                "callback_at", "answered_by", "voided_at"),
        "note": Call.note.unseal_if(row["id"], row["note"]),
    }  # fmt: skip


def _help(row: Row) -> dict[str, Any]:
    from_row = _some(row, "level", "status", "opened_at", "closed_at")
    return {**from_row, "where_now": Escalation.where_now.unseal_if(row["id"], row["where_now"])}


def _release(row: queries.ReleaseRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "recipient": row.recipient,
        "given": row.given,
        "notice": row.notice,
        "notice_on": row.notice_on,
        "released_on": row.released_on,
    }
