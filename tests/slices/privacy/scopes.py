"""Who may see which object: the expectation of test_every_route, from domain.md §1.1b and nothing else."""

from enum import StrEnum
from typing import Final

from teamhope.vocabulary.people import Role


class Who(StrEnum):
    """Those who ask. Vera and her lead are of team East, and so is one of the two coordinators who have a team."""

    ANONYMOUS = "anonymous"
    SUSPENDED = "suspended"  # a volunteer with a family and a session, until she was suspended
    FORMER = "former"  # was a volunteer of team East
    VERA = "volunteer"
    LEAD = "team lead"
    COORDINATOR = "coordinator"
    EAST = "coordinator of team East"
    WEST = "coordinator of team West"
    ADVOCATE = "advocate"
    LEADERSHIP = "leadership"
    ADMIN = "admin"
    AUDITOR = "auditor"


W = Who
NOBODY: Final = frozenset({W.ANONYMOUS, W.SUSPENDED})  # for the application the two are the same
ROLE: Final = {
    W.FORMER: Role.VOLUNTEER,
    W.VERA: Role.VOLUNTEER,
    W.LEAD: Role.TEAM_LEAD,
    W.COORDINATOR: Role.COORDINATOR,
    W.EAST: Role.COORDINATOR,
    W.WEST: Role.COORDINATOR,
    W.ADVOCATE: Role.ADVOCATE,
    W.LEADERSHIP: Role.LEADERSHIP,
    W.ADMIN: Role.ADMIN,
    W.AUDITOR: Role.AUDITOR,
}
EVERYBODY: Final = frozenset(ROLE)


class Whose(StrEnum):
    OWN = "own"  # Vera's, now; her team looks after the family
    OTHERS = "others"  # a volunteer's of team West; an open call for help is about the family
    CLOSED = "closed"  # was Vera's until ten days ago; no team looks after it
    OVER = "over"  # was Vera's until a hundred days ago; no team looks after it


Scope = dict[Whose, frozenset[Who]]
FAMILY: Final[Scope] = {
    Whose.OWN: frozenset({W.VERA, W.LEAD, W.COORDINATOR, W.EAST}),
    Whose.OTHERS: frozenset({W.COORDINATOR, W.WEST, W.ADVOCATE}),
    Whose.CLOSED: frozenset({W.COORDINATOR, W.EAST}),
    Whose.OVER: frozenset({W.COORDINATOR}),
}
# The queue of calls for help is whole for advocates.
ESCALATION: Final[Scope] = {whose: who | {W.ADVOCATE} for whose, who in FAMILY.items()}
# A volunteer of the team that the object is of; who is "closed" and "over" is nobody's any more but the team's.
VOLUNTEER: Final[Scope] = {
    Whose.OWN: frozenset({W.LEAD, W.COORDINATOR, W.EAST}),
    Whose.OTHERS: frozenset({W.COORDINATOR, W.WEST}),
    Whose.CLOSED: frozenset({W.LEAD, W.COORDINATOR, W.EAST}),
    Whose.OVER: frozenset({W.LEAD, W.COORDINATOR, W.EAST}),
}
# What belongs to a person herself: Vera's; a stranger's; the former volunteer's.
HERSELF: Final[Scope] = {
    Whose.OWN: frozenset({W.VERA}),
    Whose.OTHERS: frozenset(),
    Whose.CLOSED: frozenset({W.FORMER}),
    Whose.OVER: frozenset({W.FORMER}),
}
# Each opens a family for a while, and reads it herself.
OPENED: Final[Scope] = {
    Whose.OWN: frozenset({W.ADVOCATE}),
    Whose.OTHERS: frozenset({W.WEST}),
    Whose.CLOSED: frozenset({W.ADVOCATE}),  # is told that it is over
    Whose.OVER: frozenset({W.ADVOCATE}),
}
REVIEWED: Final[Scope] = {whose: frozenset({W.ADMIN, W.AUDITOR}) for whose in Whose}
# Each its owner's: volunteers, the coordinator's and somebody else's; her families; her volunteers of two days ago.
HER_IMPORT: Final = frozenset({W.COORDINATOR})
IMPORTED: Final[Scope] = {
    Whose.OWN: HER_IMPORT,
    Whose.OTHERS: frozenset(),
    Whose.CLOSED: frozenset(),
    Whose.OVER: HER_IMPORT,  # is told that it is over
}
IMPORTED_FAMILIES: Final[Scope] = {whose: frozenset() for whose in Whose} | {Whose.CLOSED: HER_IMPORT}
WHOLE_PROGRAM: Final[Scope] = {whose: frozenset({W.COORDINATOR}) for whose in Whose}
ADMINISTERED: Final[Scope] = {whose: frozenset({W.ADMIN}) for whose in Whose}

KEEPERS: Final[Scope] = {whose: frozenset({W.COORDINATOR, W.EAST, W.WEST, W.ADMIN}) for whose in Whose}

SCOPES: Final[dict[str, Scope]] = {
    "family_id": FAMILY,
    "phone_id": FAMILY,
    "contact_id": FAMILY,
    "release_id": FAMILY,
    "blocked_id": FAMILY,
    "date_id": FAMILY,
    "request_id": FAMILY,
    "match_id": FAMILY,
    "cover_id": FAMILY,
    "follow_up_id": FAMILY,
    "call_id": FAMILY,
    "task_id": FAMILY,
    "reply_id": FAMILY,
    "difference_id": FAMILY,
    "escalation_id": ESCALATION,
    "volunteer_id": VOLUNTEER,
    "experience_id": VOLUNTEER,
    "activity_id": VOLUNTEER,
    "debrief_id": VOLUNTEER,
    "connection_id": VOLUNTEER,
    "person_id": ADMINISTERED,
    "token_id": ADMINISTERED,
    "shift_id": KEEPERS,
    "passkey_id": HERSELF,
    "session_id": HERSELF,
    "away_id": HERSELF,
    "other_day_id": HERSELF,
    "own_activity_id": HERSELF,
    "opening_id": OPENED,
    "import_id": IMPORTED,
}

HERS: Final[Scope] = {**FAMILY, Whose.OWN: frozenset({W.VERA, W.COORDINATOR, W.EAST})}  # a lead acts for herself alone
STILL_HERS: Final[Scope] = {**FAMILY, Whose.CLOSED: FAMILY[Whose.CLOSED] | {W.VERA}}  # for 90 days
# Whose telephone rang for a call that the programme's number carries.
HER_CALL: Final[Scope] = {whose: frozenset() for whose in Whose} | {Whose.OWN: frozenset({W.VERA})}
HER_CALLS: Final = (
    "GET /calls/{follow_up_id}/ring",
    "GET /calls/{follow_up_id}/ring/state",
    "POST /calls/{follow_up_id}/ring/stop",
    "POST /calls/{follow_up_id}/ring/advocate",
)
EVERY_TEAMS: Final[Scope] = {whose: frozenset({W.COORDINATOR}) for whose in Whose}  # who is of one team moves nobody
# Where a route shows more or less than its parameter says.
EXCEPTIONS: Final[dict[str, Scope]] = {
    "GET /volunteers/{volunteer_id}/team": EVERY_TEAMS,
    "POST /volunteers/{volunteer_id}/team": EVERY_TEAMS,
    "GET /matches/{match_id}": {**STILL_HERS, Whose.OWN: HERS[Whose.OWN]},
    "POST /matches/{match_id}/accept": {**STILL_HERS, Whose.OWN: HERS[Whose.OWN]},
    "POST /matches/{match_id}/decline": {**STILL_HERS, Whose.OWN: HERS[Whose.OWN]},
    "POST /matches/{match_id}/may-know": {**STILL_HERS, Whose.OWN: HERS[Whose.OWN]},
    "POST /families/{family_id}/may-know": HERS,
    "GET /matches/{match_id}/handover": HERS,
    "POST /matches/{match_id}/handover": HERS,
    "POST /calls/{follow_up_id}/place": HERS,
    "POST /tasks/{task_id}/close": HERS,  # of a lead those that name her
    **dict.fromkeys(HER_CALLS, HER_CALL),
    "GET /calls/{call_id}/correct": HERS,
    "POST /calls/{call_id}/correct": HERS,
    "GET /calls/{call_id}": STILL_HERS,
    "POST /me/talks/{debrief_id}/waive": HERSELF,
    "GET /break-glass/{opening_id}/review": REVIEWED,
    "POST /break-glass/{opening_id}/review": REVIEWED,
    "GET /calls/{call_id}/saved": STILL_HERS,
    "GET /families/import/{import_id}": IMPORTED_FAMILIES,
    "GET /families/import/{import_id}/errors.csv": IMPORTED_FAMILIES,
    "POST /families/import/{import_id}": IMPORTED_FAMILIES,
    "POST /families/import/{import_id}/discard": IMPORTED_FAMILIES,
    "POST /families/import/{import_id}/take-back": IMPORTED_FAMILIES,
    **{
        f"{method} /{kind}/import{page}": WHOLE_PROGRAM
        for kind in ("families", "volunteers")
        for method, page in (("GET", ""), ("POST", ""), ("GET", "/template.csv"))
    },
}
# Parameters that name no row: one value that the route knows.
WORDS: Final[dict[str, str]] = {
    "/cal/{file_name}": "no-such-feed.ics",
    "/admin/jobs/{name}/run": "seal",
    "/escalations/{escalation_id}/{step}": "acknowledge",
    "/matches/{match_id}/{step}": "pause",
    "/reports/{name}": "2025",
    "/api/v1/reports/{year}": "2025",
    "/schema/{path}": "openapi.json",
    "/static/{file_path}": "favicon.svg",
    "/welcome/{secret}": "no-such-link",
}


# What is sent where an empty form would be refused before anybody asks whose the object is.
FORMS: Final[dict[str, dict[str, str]]] = {
    "POST /api/v1/follow-ups/{follow_up_id}/move": {"to": "2026-04-08T18:00:00-05:00", "for_whom": "family"},
    "POST /api/v1/requests/{request_id}/match": {"volunteer_id": "00000000-0000-4000-8000-000000000000"},
    "POST /drafts/{follow_up_id}": {"key": "00000000-0000-4000-8000-000000000000", "note": "She slept well."},
    "POST /escalations/{escalation_id}/close": {"help_arrived": "on"},
    "POST /escalations/{escalation_id}/pass-on": {"to": "00000000-0000-4000-8000-000000000000"},
    "POST /families/{family_id}/connections/{connection_id}/end": {"reason": "mistake"},
    "POST /families/{family_id}/reach/blocked/{blocked_id}/end": {"end": "mistake"},
    "POST /tasks/{task_id}/close": {"result": "done"},
    "POST /volunteers/{volunteer_id}/connections/{connection_id}/end": {"reason": "mistake"},
}


def may_see(route: str, parameters: tuple[str, ...], whose: Whose) -> frozenset[Who]:
    """Of those whose role may use the route, who may use it on this object. Raises KeyError without an expectation."""
    if route in EXCEPTIONS:
        return EXCEPTIONS[route][whose]
    return frozenset(EVERYBODY).intersection(*(SCOPES[name][whose] for name in parameters))
