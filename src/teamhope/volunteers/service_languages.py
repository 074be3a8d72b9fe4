"""What a volunteer speaks: only whoever looks after her writes how well."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import programme
from teamhope.volunteers import queries
from teamhope.volunteers.queries_lived import lock_volunteer
from teamhope.volunteers.rules_languages import problems_of
from teamhope.volunteers.service import load_profile


async def set_languages(
    actor: Actor, volunteer_id: UUID, spoken: Sequence[SpokenLanguage], now: datetime
) -> frozenset[str]:
    """In the order of preference. The codes that she spoke until now. Raises Invalid, NotFound.

    Whoever calls it sees that somebody takes care of families with whom no language is left.
    """
    async with acting_as(actor):
        await lock_volunteer(volunteer_id)
        before = frozenset((await load_profile(actor, volunteer_id)).languages)
        problems = list(problems_of(spoken, programme(), before))
        if problems:
            raise Invalid(problems)
        await queries.update_volunteer(volunteer_id, languages=msgspec.json.encode(list(spoken)).decode())
        await audit.record(actor, "set_languages", ("volunteer", volunteer_id), now)
    return before
