"""How one person of a family may be reached safely, what she agreed to, and who must not be told."""

from datetime import datetime
from random import Random
from uuid import UUID

from teamhope.demo.rules_lives import Life
from teamhope.demo.rules_rows import Row, World, happens, new_id, one_of
from teamhope.demo.rules_staff import Staff
from teamhope.demo.rules_words import AGREED_WORDS, CODE_WORDS, ENGLISH_NAMES, SHARED_WITH, SPANISH_NAMES
from teamhope.vocabulary.families import ConsentKind, LanguageLevel, Window


def add_contact(world: World, chance: Random, family: Row, life: Life, windows: tuple[Window, ...]) -> Row:
    language = family["primary_language"]
    spoken = [{"code": language, "level": LanguageLevel.NATIVE}]
    if language == "es" and happens(chance, 0.4):
        spoken.append({"code": "en", "level": LanguageLevel.CONVERSATIONAL})
    return world.add(
        "contact",
        id=new_id(chance),
        family=family["id"],
        first_name=chance.choice(SPANISH_NAMES if language == "es" else ENGLISH_NAMES),
        relation=life.relation,
        timezone=family["timezone"],
        languages=spoken,
        windows=list(windows),
        shared_with=chance.choice(SHARED_WITH[language]) if happens(chance, 0.2) else None,
        if_someone_else_answers=one_of(chance, {"hang_up": 60, "ask_for_contact": 25, "say_agreed_words": 15}),
        code_word=chance.choice(CODE_WORDS[language]) if happens(chance, 0.15) else None,
        answers_blocked_numbers=happens(chance, 0.4),
        created_at=family["created_at"],
    )


def add_phone(world: World, staff: Staff, chance: Random, contact: Row, asked_at: datetime) -> Row:
    """Agreed words where no one else hears the phone and in half of the shared ones; else no voicemail."""
    leaves = happens(chance, 0.5 if contact["shared_with"] else 0.95)
    alone = contact["shared_with"] is None
    language = contact["languages"][0]["code"]
    return world.add(
        "contact_phone",
        id=new_id(chance),
        contact=contact["id"],
        family=contact["family"],
        number=staff.numbers.pop(),
        kind=one_of(chance, {"mobile": 85, "home": 12, "work": 3}),
        safe_to_call=True,
        voicemail="agreed_words" if leaves else "none",
        agreed_words=chance.choice(AGREED_WORDS[language]) if leaves else None,
        safe_to_text=alone and happens(chance, 0.3),
        only_i_see_this_phone=alone,
        no_time_in_text=alone and language == "es",
        confirmed_on=asked_at.date(),
        stopped_at=None,
        stop_reason=None,
    )


def add_consents(world: World, staff: Staff, chance: Random, contact: Row, phone: Row) -> None:
    agreed = {ConsentKind.PEER_MATCH, ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER, ConsentKind.VOICE_CALL}
    agreed |= {ConsentKind.VOICEMAIL} if phone["agreed_words"] else set()
    agreed |= {ConsentKind.SMS_REMINDER} if phone["safe_to_text"] else set()
    by = chance.choice(staff.coordinators)
    for kind in sorted(agreed):
        add_consent(world, chance, contact, kind, (contact["created_at"], by))


def add_consent(
    world: World, chance: Random, contact: Row, kind: ConsentKind, when: tuple[datetime, UUID], *, granted: bool = True
) -> None:
    """`when` it was said, and to whom of the staff."""
    world.add(
        "consent",
        id=new_id(chance),
        family=contact["family"],
        contact=contact["id"],
        kind=kind,
        granted=granted,
        at=when[0],
        method="verbal_recorded_by_staff",
        wording_version="2026-01",
        language=contact["languages"][0]["code"],
        recorded_by=when[1],
    )


def add_blocked(world: World, staff: Staff, chance: Random, family: Row) -> None:
    if not happens(chance, 0.07):
        return
    world.add(
        "blocked_person",
        id=new_id(chance),
        family=family["id"],
        name=chance.choice(ENGLISH_NAMES),
        phone=staff.numbers.pop() if happens(chance, 0.5) else None,
        relation=chance.choice(("former partner", "stepfather", "uncle", "neighbor")),
        scope=one_of(chance, {"no_contact": 80, "no_release": 20}),
        reason=one_of(chance, {"abuser": 60, "suspect": 20, "estranged": 10, "asked": 10}),
        created_at=family["created_at"],
    )
