"""A request as the API is sent it, whole and true; a test changes what it is about."""

import copy
from typing import Any

from tests import world

CONSENTS = [
    {"kind": kind, "method": "verbal_recorded_by_staff", "wording_version": "2026-01"}
    for kind in ("peer_match", "share_profile_with_volunteer", "voice_call", "voicemail")
]
WHOLE: dict[str, Any] = {
    "timezone": "America/Denver",
    "state": "CO",
    "case_type": "FA",
    "subtypes": ["international"],
    "trajectory": "still_missing",
    "relation": "mother",
    "event_month": "2025-03",
    "child_age_band": "9-12",
    "child_gender": "boy",
    "urgency": "priority",
    "contact": {
        "first_name": "Marisol",
        "languages": [{"code": "es", "level": "native"}, {"code": "en", "level": "conversational"}],
        "windows": [{"weekday": 0, "start": "18:00", "end": "20:00"}],
        "safe_to_call": True,
        "voicemail": "agreed_words",
        "agreed_words": "Hi, it's Vera, call me when you can",
        "safe_to_text": True,
        "only_i_see_this_phone": True,
        "no_time_in_text": True,
        "shared_with": "nobody",
        "code_word": "bluebird",
        "if_someone_else_answers": "say_agreed_words",
        "answers_blocked_numbers": True,
        "contact_preference": "program_calls",
    },
    "consents": CONSENTS,
    "blocked_persons": [{"name": "Rex", "relation": "other parent", "scope": "no_contact", "reason": "abuser"}],
    "preferences": [{"attribute": "volunteer_gender", "value": "woman", "strength": "required"}],
}


def entry(**changes: Any) -> dict[str, Any]:
    """`contact__phone=…` changes a field of the contact; None takes a field away. The phone is new each time."""
    whole = copy.deepcopy(WHOLE)
    whole["contact"]["phone"] = world.a_phone(world.number())
    for name, value in changes.items():
        part = whole["contact"] if name.startswith("contact__") else whole
        key = name.removeprefix("contact__")
        if value is None:
            part.pop(key, None)
        else:
            part[key] = value
    return whole
