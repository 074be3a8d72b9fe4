"""How many promised calls of a volunteer were due, and how many of the promises were kept."""

from datetime import date
from uuid import UUID

from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.people import WORKER


async def count_kept(volunteer_id: UUID, since: date) -> tuple[int, int]:
    """Kept, and due, of those promised from `since` on that are decided; of families too that are hers no more.

    The caller has made sure that the actor may see the volunteer.
    """
    async with acting_as(WORKER):
        row = await connection().fetchrow(
            """
            select count(*) filter (where counted_promise = 'kept') as kept, count(*) as due from follow_up
            where volunteer = $1 and counted_on >= $2
            """,
            volunteer_id,
            since,
        )
    return row["kept"], row["due"]
