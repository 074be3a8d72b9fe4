"""With which families a volunteer shares no language any more (rule H3, domain.md §3.2)."""

from collections.abc import Mapping, Set
from uuid import UUID


def without_a_language(families: Mapping[UUID, Set[str]], before: Set[str], after: Set[str]) -> frozenset[UUID]:
    """Of `families`, by the languages of whom she calls, those that shared one with her before and share none after.

    Every level that is recorded counts: below conversational a language is not.
    """
    return frozenset(id_ for id_, spoken in families.items() if spoken & before and not spoken & after)
