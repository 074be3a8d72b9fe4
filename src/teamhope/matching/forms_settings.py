"""What may be sent to decide how matching weighs; its questions follow the factors and the programme's subtypes."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

from msgspec import Meta, Struct, defstruct

from teamhope.matching.rules_settings import MOST_RARE, MOST_WEIGHT, THRESHOLDS, WEIGHTS, MatchSettings

Weight = Annotated[int, Meta(ge=0, le=MOST_WEIGHT)]
Rarity = Annotated[int, Meta(ge=1, le=MOST_RARE)]


@lru_cache(maxsize=1)
def form_of(subtypes: tuple[str, ...]) -> type[Struct]:
    """weight_<factor>, rarity_<subtype>, and each threshold by its code."""
    fields: list[tuple[str, Any]] = [(f"weight_{code}", Weight) for code in WEIGHTS]
    fields += [(each.code, Annotated[int, Meta(ge=each.least, le=each.most)]) for each in THRESHOLDS]
    fields += [(f"rarity_{code}", Rarity) for code in subtypes]
    return defstruct("SettingsForm", fields, frozen=True)


def settings_of(form: Any, subtypes: Iterable[str]) -> MatchSettings:
    rarity = {code: getattr(form, f"rarity_{code}") for code in subtypes}
    return MatchSettings(
        weights={code: getattr(form, f"weight_{code}") for code in WEIGHTS},
        rarity={code: times for code, times in rarity.items() if times != 1},
        thresholds={each.code: getattr(form, each.code) for each in THRESHOLDS},
    )


def answers_of(settings: MatchSettings, subtypes: Iterable[str]) -> dict[str, object]:
    """What the form shows of the settings."""
    return {
        **{f"weight_{code}": settings.weights[code] for code in WEIGHTS},
        **settings.thresholds,
        **{f"rarity_{code}": settings.rarity.get(code, 1) for code in subtypes},
    }
