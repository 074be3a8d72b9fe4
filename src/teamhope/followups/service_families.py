"""What is decided about a whole family and takes its promised calls along, in one transaction."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.families import service as families
from teamhope.families import service_contact
from teamhope.families.service_contact import How
from teamhope.followups import queries
from teamhope.followups.service_moves import cancel_for_match, resume_family, suspend_family
from teamhope.kit.database import acting_as
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor

# Without these nobody may call, so that a promise to call cannot stand (domain.md §1.3, FollowUp).
CALLS_NEED: Final = frozenset({ConsentKind.VOICE_CALL, ConsentKind.PEER_MATCH})


async def hold(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Nobody reaches the family, and its promised calls wait. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await families.hold_family(actor, family_id, now)
        await suspend_family(actor, family_id, now)


async def release(actor: Actor, family_id: UUID, now: datetime) -> None:
    """The hold ends; calls whose time has passed get the next that both can keep. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await families.release_family(actor, family_id, now)
        await resume_family(actor, family_id, now)


async def take_back_consent(actor: Actor, contact_id: UUID, kind: ConsentKind, how: How, now: datetime) -> None:
    """At once; without CALLS_NEED every promised call to this contact is cancelled too. Raises NotFound."""
    async with acting_as(actor):
        await service_contact.revoke_consent(actor, contact_id, kind, how, now)
        if kind in CALLS_NEED:
            for match_id in await queries.list_matches_of_contact(contact_id):
                await cancel_for_match(actor, match_id, now)
