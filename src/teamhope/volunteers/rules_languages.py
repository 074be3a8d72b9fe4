"""What a volunteer speaks, and whether it can be true as it was entered."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.programme import Programme

Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence

MOST: Final = 8


def problems_of(spoken: Sequence[SpokenLanguage], programme: Programme, before: Collection[str]) -> Iterator[Problem]:
    """`spoken`: in the order of the form. `before`: what is stored may stay, though the programme has it no more."""
    if not spoken:
        yield "language_1", "no_language", {}
    for number, each in enumerate(spoken, start=1):
        if not programme.has("language", each.code) and each.code not in before:
            yield f"language_{number}", "not_a_choice", {}
        if each.code in {other.code for other in spoken[: number - 1]}:
            yield f"language_{number}", "language_twice", {}
    if len(spoken) > MOST:
        yield f"language_{MOST}", "too_many", {"limit": MOST}
