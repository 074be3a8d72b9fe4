"""What the programme decides of matching: what factors weigh, how rare circumstances are, thresholds and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from teamhope.care.rules import CALLS_A_WEEK
from teamhope.matching.rules_facts import ORDINARY, Tables
from teamhope.matching.rules_likeness import FACTORS

BUILT_IN: Final = "2026-02"  # the version of what is written here; stored with each match
MOST_WEIGHT: Final = 100
MOST_RARE: Final = 20  # times as rare as an ordinary circumstance


@dataclass(frozen=True, slots=True)
class Threshold:
    """`least` and `most` belong to it."""

    code: str
    default: int
    least: int
    most: int


HOURS: Final = (  # Source: domain.md §1.3 (answers), §2.3 (few shared hours a week).
    Threshold("answer_hours", 24, 1, 168),
    Threshold("urgent_answer_hours", 4, 1, 48),
    Threshold("few_hours", 3, 0, 20),
)
# What volunteers carry at most, each less if she says so; `strain`: see rules_load.strain_of. Source: domain.md §4.9.
LIMITS: Final = (
    Threshold("families", 3, 1, 20),
    Threshold("calls_a_week", CALLS_A_WEEK, 1, 60),
    Threshold("acute_families", 1, 1, 5),
    Threshold("rest_hours", 24, 0, 168),
    Threshold("strain", 10, 0, 100),
)
THRESHOLDS: Final = (*HOURS, *LIMITS)
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
