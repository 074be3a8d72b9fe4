"""What can become of each family of a volunteer who stops."""

from enum import StrEnum

from teamhope.vocabulary.states import MATCH_MOVES, MatchStatus


class Leaving(StrEnum):
    """What becomes of a family: somebody else goes on with it, she says goodbye in her last calls, or it stays hers."""

    HANDOVER = "handover"
    GOODBYE = "goodbye"
    STAYS = "stays"


def ways_of(status: MatchStatus) -> tuple[Leaving, ...]:
    goodbye = (Leaving.GOODBYE,) if MatchStatus.CLOSING in MATCH_MOVES[status] else ()
    return (Leaving.HANDOVER, *goodbye, Leaving.STAYS)
