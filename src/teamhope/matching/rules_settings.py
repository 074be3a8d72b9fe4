"""What the programme decides of matching: what each factor weighs, how rare circumstances are, and its thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from teamhope.matching.rules_facts import ORDINARY, Tables
from teamhope.matching.rules_likeness import FACTORS

BUILT_IN: Final = "2026-02"  # the version of what is written here; stored with each match
MOST_WEIGHT: Final = 100
MOST_RARE: Final = 20  # times as rare as an ordinary circumstance


@dataclass(frozen=True, slots=True)
class Threshold:
    """`least` and `most` belong to it. All are hours."""

    code: str
    default: int
    least: int
    most: int


# Source: domain.md §1.3 (answers), §2.3 (few shared hours a week).
THRESHOLDS: Final = (
    Threshold("answer_hours", 24, 1, 168),
    Threshold("urgent_answer_hours", 4, 1, 48),
    Threshold("few_hours", 3, 0, 20),
)
WEIGHTS: Final[Mapping[str, int]] = {factor.code: factor.weight for factor in FACTORS}


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """`rarity`: how many times as rare a subtype is as an ordinary one; whoever is not named is ordinary."""

    version: str = BUILT_IN
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    rarity: Mapping[str, int] = field(default_factory=dict)
    thresholds: Mapping[str, int] = field(default_factory=lambda: {each.code: each.default for each in THRESHOLDS})

    def weigh(self, tables: Tables) -> Tables:
        """The same programme, weighed as decided here."""
        rarity = {code: times * ORDINARY for code, times in self.rarity.items()}
        return replace(tables, weights=self.weights, rarity=rarity, few_minutes=self.thresholds["few_hours"] * 60)


def problem(settings: MatchSettings) -> tuple[str, str] | None:
    """(field, code) of what cannot be: no factor that counts, or an urgent family that waits longer than others."""
    if not any(settings.weights.values()):
        return f"weight_{FACTORS[0].code}", "no_weight"
    if settings.thresholds["urgent_answer_hours"] > settings.thresholds["answer_hours"]:
        return "urgent_answer_hours", "urgent_waits_longer"
    return None
