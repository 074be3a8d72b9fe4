"""What a family could do without for one proposal, and who may say so; no other rule is ever let go."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from teamhope.matching.rules_exclude import HARD_RULES, HardRule
from teamhope.matching.rules_facts import Need, Offers
from teamhope.vocabulary.people import Role

# Hours are not among them: to talk at other times is agreed on first, and entered with the family.
LOOSENED: Final = ("experience", "gender", "relation", "community", "state")
RULE_OF: Final[dict[str, HardRule]] = {rule.wish: rule for rule in HARD_RULES if rule.wish in LOOSENED}


def may_loosen(wish: str, role: Role) -> bool:
    """What the family itself wished, whoever proposes; what a rule says, the roles that may set the rule aside."""
    return wish in RULE_OF and (not RULE_OF[wish].overridable_by or role in RULE_OF[wish].overridable_by)


def loosened(need: Need, wishes: Collection[str]) -> Need:
    """The need without these; what the family required it still prefers."""
    if "gender" in wishes:
        need = replace(need, gender=None, wished_gender=need.wished_gender if need.gender is None else need.gender)
    if "relation" in wishes:
        need = replace(need, same_relation=False)
    if "community" in wishes:
        need = replace(need, community=0, wished_community=need.wished_community | need.community)
    if "state" in wishes:
        need = replace(need, outside_state=None)
    return replace(need, any_group=True) if "experience" in wishes else need


def needed_for(need: Need, offer: Offers, wishes: Collection[str]) -> tuple[str, ...]:
    """Those of the wishes that stand against this one volunteer (V = 1)."""
    return tuple(wish for wish in LOOSENED if wish in wishes and not RULE_OF[wish].allows(need, offer)[0])
