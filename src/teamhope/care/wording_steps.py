"""What was done about a call for help, each step as a sentence."""

from datetime import datetime
from typing import Final

from teamhope.care.queries import StepFacts
from teamhope.care.queries_paging import RingFacts
from teamhope.care.service_danger import Danger
from teamhope.kit.i18n import N_, gettext
from teamhope.vocabulary.states import EscalationAct

A = EscalationAct
SAID: Final[dict[EscalationAct, str]] = {
    A.ACKNOWLEDGED: N_("%(by)s took it."),
    A.ACTING: N_("%(by)s is acting."),
    A.AWAITING_CONFIRMATION: N_("%(by)s waits to hear that help arrived."),
    A.CLOSED: N_("%(by)s closed it."),
    A.TAKEN_OVER: N_("%(by)s took it over."),
    A.PASSED_ON: N_("%(by)s passed it on to %(to)s."),
    A.TOLD_WHERE: N_("%(by)s noted where they are now."),
    A.TOLD_ON_CALL: N_("Whoever is on call was told by email."),
    A.TOLD_COORDINATORS: N_("All coordinators were told by email."),
}
AT_FALLBACK: Final = N_("It was taken at the fallback number.")
FALLBACK: Final = N_("The fallback number")

Line = tuple[datetime, str]


def history_of(danger: Danger, now: datetime) -> list[Line]:
    """Since help was called for, in order."""
    opener = danger.opener.name if danger.opener else gettext("The program")
    opened = (danger.it.opened_at, gettext("%(by)s called for help.", by=opener))
    lines = [(step.happened_at, _said(step)) for step in danger.steps]
    rings = [(each.ring.begun_at, _rung(each, now)) for each in danger.rings]
    return [opened, *sorted((*lines, *rings), key=lambda line: line[0])]


def _said(step: StepFacts) -> str:
    if step.act is A.ACKNOWLEDGED and step.by is None:
        return gettext(AT_FALLBACK)
    return gettext(SAID[step.act], by=step.by or "", to=step.to or "")


def _rung(it: RingFacts, now: datetime) -> str:
    name = it.name or gettext(FALLBACK)
    if it.accepted:
        return gettext("%(name)s was rung and accepted.", name=name)
    if it.ring.gives_up_at <= now:
        return gettext("%(name)s was rung and did not accept.", name=name)
    return gettext("%(name)s is being rung.", name=name)
