"""Every column of the database: how much it tells of whom, how it is protected, and how long it is kept.

The rows are read by tests (no column without a class) and by `make docs` (docs/reference/data-inventory.md).
"""

# ruff: noqa: S105, S106 - columns are named here, no passwords

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from teamhope.retention.rules import FOR_EVER, PERIODS, Kind


class Class(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"  # whose it is can be told, or how to find her
    SENSITIVE = "sensitive"  # what may hurt if others know it
    SECRET = "secret"  # opens something


class Protection(StrEnum):
    CODE = "plain code"  # of a closed list, a number or a time: no words of a person
    ENCRYPTED = "encrypted"
    BLIND_INDEX = "blind index"
    HASHED = "hash"


@dataclass(frozen=True, slots=True)
class Held:
    table: str
    column: str
    class_: Class
    protection: Protection
    whose: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by class, in words separated by spaces; a column is a plain code unless it is named again below."""

    name: str
    whose: str
    kind: Kind
    public: str = ""
    internal: str = ""
    personal: str = ""
    sensitive: str = ""
    secret: str = ""
    encrypted: str = ""
    blind_index: str = ""
    hashed: str = ""
    notes: str = ""  # columns that go sooner, as Kind.NOTES says

    def columns(self) -> Iterator[Held]:
        protections = {
            **dict.fromkeys(self.encrypted.split(), Protection.ENCRYPTED),
            **dict.fromkeys(self.blind_index.split(), Protection.BLIND_INDEX),
            **dict.fromkeys(self.hashed.split(), Protection.HASHED),
        }
        for class_ in Class:
            for column in getattr(self, class_.value).split():
                kind = Kind.NOTES if column in self.notes.split() else self.kind
                yield Held(self.name, column, class_, protections.get(column, Protection.CODE), self.whose, kind)


PERSON, FAMILY, CALLER, NOBODY = "people of the programme", "families", "volunteers", "nobody"
BOTH: Final = "families and volunteers"

INVENTORY: Final[tuple[Table, ...]] = (
    Table("migration", NOBODY, Kind.DEPLOYMENT, internal="id name app_name ran_on"),
    Table(
        "installation",
        NOBODY,
        Kind.DEPLOYMENT,
        internal="id demonstration report_timezone restore_unfinished created_at",
    ),
    Table("team", NOBODY, Kind.DEPLOYMENT, internal="id name"),
    Table(
        "person",
        PERSON,
        Kind.PEOPLE,
        internal="id role status language team created_at anonymised_at",
        personal="name email email_index phone phone_index timezone agreed_to_sms",
        secret="password_hash",
        encrypted="name email phone",
        blind_index="email_index phone_index",
        hashed="password_hash",
    ),
    Table(
        "sign_in_session",
        PERSON,
        Kind.SIGN_IN,
        internal="id person device second_factor on_call created_at confirmed_at seen_at expires_at",
        secret="id_hash",
        hashed="id_hash",
    ),
    Table(
        "sign_in_throttle",
        PERSON,
        Kind.SIGN_IN,
        internal="failures blocked_until",
        personal="email_index",
        blind_index="email_index",
    ),
    Table(
        "sign_in_step",
        PERSON,
        Kind.SIGN_IN,
        internal="kind person failures expires_at challenge",
        secret="id_hash",
        hashed="id_hash",
    ),
    Table(
        "one_use_link",
        PERSON,
        Kind.SIGN_IN,
        internal="kind person created_by created_at expires_at used_at",
        secret="token_hash",
        hashed="token_hash",
    ),
    Table(
        "api_token",
        PERSON,
        Kind.REGISTERS,
        internal="id label person role created_by created_at expires_at revoked_at",
        secret="token_hash",
        hashed="token_hash",
    ),
    Table(
        "passkey",
        PERSON,
        Kind.PEOPLE,
        internal="id person credential_id public_key sign_count label created_at last_used_at",
    ),
    Table(
        "authenticator",
        PERSON,
        Kind.PEOPLE,
        internal="id person created_at confirmed_at last_step",
        secret="secret",
        encrypted="secret",
    ),
    Table(
        "recovery_code",
        PERSON,
        Kind.PEOPLE,
        internal="id person used_at",
        secret="code_hash",
        hashed="code_hash",
    ),
    Table(
        "letter",
        PERSON,
        Kind.LETTERS,
        internal="id person kind status attempts due_at lease_until error_code created_at ended_at",
        secret="link",
        encrypted="link",
    ),
    Table(
        "audit_event",
        PERSON,
        Kind.AUDIT,
        internal="id seq at actor_role actor_person actor_name act subject_kind subject reason",
        secret="hmac",
        hashed="hmac",
    ),
    Table("audit_unsealed", PERSON, Kind.AUDIT, internal="seq event"),
    Table(
        "audit_seal",
        NOBODY,
        Kind.AUDIT,
        internal="number month events sealed_at dropped_at",
        secret="previous hmac dropped_hmac",
        hashed="previous hmac dropped_hmac",
    ),
    Table(
        "operation_run",
        NOBODY,
        Kind.RUNS,
        internal="id operation local_date started_at finished_at succeeded counts",
    ),
    Table("worker_heartbeat", NOBODY, Kind.HEARTBEATS, internal="name started_at seen_at"),
    Table(
        "recurring_job",
        NOBODY,
        Kind.HEARTBEATS,
        internal="name daily started_at finished_at succeeded_at next_at failures error_type asked_at",
    ),
    Table(
        "family",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id status country intake_source duplicate_of team held_by",
        personal="family_no primary_language state timezone created_at",
        sensitive="held_at hold_reason hold_until",
    ),
    Table(
        "contact",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id family created_at",
        personal="first_name first_name_index relation adult timezone languages",
        sensitive="windows shared_with if_someone_else_answers code_word answers_blocked_numbers contact_preference",
        encrypted="first_name shared_with code_word",
        blind_index="first_name_index",
    ),
    Table(
        "contact_phone",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id contact family",
        personal="number number_index kind confirmed_on stopped_at stop_reason",
        sensitive="safe_to_call voicemail agreed_words safe_to_text only_i_see_this_phone no_time_in_text",
        encrypted="number agreed_words",
        blind_index="number_index",
    ),
    Table(
        "consent",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id family contact wording_version recorded_by takes_back",
        personal="kind granted at method language expires_on",
        sensitive="recipient purpose",
        encrypted="recipient purpose",
    ),
    Table(
        "blocked_person",
        "people whom a family wants kept away",
        Kind.CONTACT_DATA,
        internal="id family created_at ended_at ended_by end_reason",
        personal="name phone phone_index",
        sensitive="relation scope reason",
        encrypted="name phone relation",
        blind_index="phone_index",
    ),
    Table(
        "incident",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id family",
        sensitive="case_type subtypes trajectory event_month child_age_band child_gender",
    ),
    Table(
        "sensitive_date",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id family place created_at",
        sensitive="kind month day call_on",
    ),
    Table(
        "support_request",
        FAMILY,
        Kind.CONTACT_DATA,
        internal="id family contact incident owner entered_by form_key",
        personal="requested_on match_mode preferences status status_since ready_at resume_on created_at",
        sensitive="urgency",
    ),
    Table(
        "volunteer",
        CALLER,
        Kind.PEOPLE,
        internal="id person status max_open_matches max_calls_per_week created_at",
        personal="display_name state gender languages availability",
        sensitive="off_limits communities",
        encrypted="display_name",
    ),
    Table(
        "lived_experience",
        CALLER,
        Kind.PEOPLE,
        internal="id volunteer",
        sensitive="case_type subtypes relation trajectory event_month child_age_band child_gender",
    ),
    Table("credential", CALLER, Kind.PEOPLE, internal="id volunteer", personal="kind completed_on expires_on"),
    Table("time_away", CALLER, Kind.PEOPLE, internal="id volunteer", personal="first_on last_on"),
    Table("other_hours", CALLER, Kind.PEOPLE, internal="id volunteer", personal="day from_a until_a from_b until_b"),
    Table(
        "activity",
        CALLER,
        Kind.COUNTS,
        internal="id volunteer kind minutes recorded_by recorded_at voided_at voided_by",
        personal="happened_on",
    ),
    Table(
        "calendar_feed",
        CALLER,
        Kind.PEOPLE,
        internal="volunteer created_at",
        secret="secret_hash",
        hashed="secret_hash",
    ),
    Table(
        "calling_pin",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id volunteer contact created_at",
        secret="pin_index",
        blind_index="pin_index",
    ),
    Table(
        "match",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id request family contact volunteer proposed_by by_optimizer weights_version counted_offered_on "
        "counted_accepted_on counted_wait_minutes counted_language counted_concordant counted_rematch",
        personal="status status_since score score_breakdown waiting_since proposed_at answer_due_at accepted_at "
        "introduced_at first_conversation_at closed_at close_reason",
        sensitive="override_reason",
        encrypted="override_reason",
        notes="override_reason",
    ),
    Table(
        "known_connection",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id family volunteer recorded_by recorded_at ended_at ended_by end_reason",
        sensitive="kind",
    ),
    Table(
        "follow_up_plan",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id match template next_index status cadence_version",
        personal="timezone anchor_on keep_in_touch_days",
    ),
    Table(
        "follow_up",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id plan match family volunteer seq status attempts_used created_at ended_at waits_since "
        "count_again_at counted_on counted_promise counted_on_time",
        personal="timezone local_date local_start due_at window_end_at original_due_at asked_callback",
    ),
    Table(
        "follow_up_move",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id follow_up moved_by moved_for",
        personal="moved_at from_due_at to_due_at",
    ),
    Table("promise_step", BOTH, Kind.CONTACT_DATA, internal="id follow_up step taken_at", personal="due_at"),
    Table(
        "cover_person",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id match family contact volunteer agreed_on method recorded_by recorded_at ended_at ended_by",
    ),
    Table(
        "cover_call",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id cover follow_up match family volunteer asked_at until_at ended_at",
        personal="due_at",
    ),
    Table(
        "message",
        BOTH,
        Kind.MESSAGES,
        internal="id person contact contact_phone follow_up kind local_date due_at status attempts lease_until "
        "lease_owner sending_at provider_sid error_code body_erased_at created_at",
    ),
    Table(
        "provider_callback",
        NOBODY,
        Kind.CALLBACKS,
        internal="id provider_sid status error_code message leg seconds received_at applied_at",
    ),
    Table(
        "inbound_text",
        BOTH,
        Kind.CALLBACKS,
        internal="id provider_sid meaning applied_at family volunteer read_by read_at",
        personal="received_at sender sender_index",
        sensitive="words",
        encrypted="sender words",
        blind_index="sender_index",
    ),
    Table(
        "call",
        BOTH,
        Kind.COUNTS,
        internal="id follow_up match family contact volunteer direction channel placed_via outcome talk_seconds "
        "language logged_at logged_by idempotency_key corrects voided_at voided_by void_reason counted_on "
        "counted_case_type counted_relation counted_state",
        personal="started_at callback_at answered_by",
        sensitive="topics needs emotional_load escalation_level note",
        encrypted="note",
        notes="note",
    ),
    Table(
        "phone_call",
        BOTH,
        Kind.MESSAGES,
        internal="id kind volunteer family contact match follow_up escalation refused warned_at call",
        personal="cleared_at created_at ended_at",
    ),
    Table(
        "phone_leg",
        BOTH,
        Kind.MESSAGES,
        internal="id phone_call party person phone status due_at attempts lease_until lease_owner dialling_at "
        "provider_sid error_code created_at",
        personal="answered_at joined_at ended_at talk_seconds",
    ),
    Table(
        "call_difference",
        BOTH,
        Kind.MESSAGES,
        internal="id kind phone_call call provider_sid found_at settled_at settled_by",
        personal="started_at listed_seconds",
    ),
    Table("compared_day", NOBODY, Kind.COUNTS, internal="local_date placed logged_in_time compared_at"),
    Table(
        "call_draft",
        BOTH,
        Kind.DRAFTS,
        internal="id person follow_up version form_key updated_at",
        sensitive="note",
        encrypted="note",
    ),
    Table(
        "csv_import",
        BOTH,
        Kind.IMPORTS,
        internal="id kind person uploaded_at imported_at left_out taken_back",
        sensitive="sheet",
        encrypted="sheet",
    ),
    Table(
        "imported_row", BOTH, Kind.IMPORTS, internal="id upload number volunteer family made_hash", hashed="made_hash"
    ),
    Table(
        "escalation",
        BOTH,
        Kind.COUNTS,
        internal="id opened_by family match call status acknowledged_at acknowledged_by closed_at "
        "closed_without_confirmation help_confirmed_at",
        sensitive="level where_now opened_at",
        encrypted="where_now",
        notes="where_now",
    ),
    Table(
        "escalation_step",
        BOTH,
        Kind.COUNTS,
        internal="id seq escalation act by_person to_person happened_at",
    ),
    Table(
        "on_call_shift",
        PERSON,
        Kind.PEOPLE,
        internal="id person duty added_by added_at",
        personal="starts_at ends_at",
    ),
    Table(
        "fallback_number",
        NOBODY,
        Kind.DEPLOYMENT,
        internal="id number changed_by changed_at",
        encrypted="number",
    ),
    Table("debrief", CALLER, Kind.COUNTS, internal="id call volunteer due_at done_at done_by waived_at"),
    Table(
        "task",
        BOTH,
        Kind.TASKS,
        internal="id kind detail family contact volunteer call opened_by owner status opened_at due_on closed_at "
        "closed_by",
    ),
    Table(
        "service_event",
        FAMILY,
        Kind.COUNTS,
        internal="id family status voided_at void_reason",
        sensitive="program happened_on",
    ),
    Table(
        "faon_member",
        "members of the network",
        Kind.NETWORK,
        internal="id kind licence_required direct_services fee_modes joined_on left_on left_how contact_confirmed_on "
        "attested_on voided_at",
        personal="name",
        encrypted="name",
    ),
    Table(
        "faon_proof",
        "members of the network",
        Kind.NETWORK,
        internal="id member kind verified_on expires_on passed",
        personal="number",
        encrypted="number",
    ),
    Table("faon_participation", "members of the network", Kind.NETWORK, internal="id member kind happened_on"),
    Table(
        "faon_request",
        "members of the network",
        Kind.NETWORK,
        internal="id member sent_on due_on answered_on answer",
    ),
    Table(
        "handover",
        BOTH,
        Kind.CONTACT_DATA,
        internal="id match family written_by",
        personal="written_at",
        sensitive="topics helps note",
        encrypted="note",
        notes="note",
    ),
    Table("prepared_proposal", NOBODY, Kind.DRAFTS, internal="id local_date prepared_at settings_version"),
    Table("prepared_pair", BOTH, Kind.DRAFTS, internal="id proposal request family volunteer", personal="score"),
    Table(
        "match_settings",
        NOBODY,
        Kind.DEPLOYMENT,
        internal="id version weights rarity thresholds changed_by changed_at",
    ),
    Table(
        "cadence_settings",
        NOBODY,
        Kind.DEPLOYMENT,
        internal="id version rhythms ladders days weekdays_from weekdays_until saturday_from saturday_until "
        "sunday_from sunday_until gap_hours calls_a_week first_calls_a_week voicemail_hours changed_by changed_at",
    ),
    Table("retention_period", NOBODY, Kind.DEPLOYMENT, internal="kind days changed_by changed_at"),
    Table(
        "legal_hold",
        FAMILY,
        Kind.REGISTERS,
        internal="id family placed_by placed_at lifted_by lifted_at",
        sensitive="reason",
    ),
    Table("erasure_request", FAMILY, Kind.REGISTERS, internal="id family asked_by asked_at done_at"),
    Table(
        "opted_out_number",
        FAMILY,
        Kind.OPT_OUTS,
        internal="opted_out_at",
        personal="number_index",
        blind_index="number_index",
    ),
    Table(
        "release",
        FAMILY,
        Kind.REGISTERS,
        internal="id family recorded_by recorded_at",
        personal="kind given notice notice_on released_on",
        sensitive="recipient",
        encrypted="recipient",
    ),
    Table(
        "break_glass",
        BOTH,
        Kind.REGISTERS,
        internal="id person family reason opened_at expires_at reviewed_by reviewed_at",
        sensitive="words",
        encrypted="words",
    ),
)


def held() -> tuple[Held, ...]:
    return tuple(column for table in INVENTORY for column in table.columns())


def as_markdown() -> str:
    """The page docs/reference/data-inventory.md."""
    return "\n".join((*_head(), *_periods(), "", "## Columns", "", *_columns())) + "\n"


def _head() -> Iterator[str]:
    yield "# Data inventory"
    yield ""
    yield "Written by `make docs` from `retention/inventory.py` and `retention/rules.py`; a test compares it with the"
    yield "database."
    yield ""
    yield "*public*: anybody may know it. *internal*: of the service. *personal*: tells who somebody is, or how to find"
    yield "her. *sensitive*: may hurt if others know it. *secret*: opens something. What is a *plain code* is of a"
    yield "closed list, a number or a time: it holds no words of a person."
    yield ""
    yield "## How long"
    yield ""


def _periods() -> Iterator[str]:
    yield "| kind | days | allowed | then | why |"
    yield "|---|---|---|---|---|"
    for kind, period in PERIODS.items():
        yield f"| {kind} | {period.default} | {period.least} to {period.most} | {period.then} | {period.source} |"
    for kind, why in FOR_EVER.items():
        yield f"| {kind} | | | kept | {why} |"


def _columns() -> Iterator[str]:
    yield "| column | class | protection | whose | kind |"
    yield "|---|---|---|---|---|"
    for each in held():
        yield f"| {each.table}.{each.column} | {each.class_} | {each.protection} | {each.whose} | {each.kind} |"
