"""What was done about a call for help, each step as a sentence."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from teamhope.care.queries import StepFacts
from teamhope.care.queries_paging import RingFacts
from teamhope.care.service_danger import Danger
from teamhope.kit.i18n import N_, gettext, ngettext
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
    return [opened, *sorted((*lines, *_rings(danger.rings, now)), key=lambda line: line[0])]


def _said(step: StepFacts) -> str:
    if step.act is A.ACKNOWLEDGED and step.by is None:
        return gettext(AT_FALLBACK)
    return gettext(SAID[step.act], by=step.by or "", to=step.to or "")


def _rings(rings: list[RingFacts], now: datetime) -> Iterator[Line]:
    """Those in vain once for each telephone, with the last."""
    in_vain: dict[str, list[datetime]] = {}
    for each in rings:
        name, at = each.name or gettext(FALLBACK), each.ring.begun_at
        if each.accepted:
            yield at, gettext("%(name)s was rung and accepted.", name=name)
        elif each.ring.gives_up_at > now:
            yield at, gettext("%(name)s is being rung.", name=name)
        else:
            in_vain.setdefault(name, []).append(at)
    for name, times in in_vain.items():
        said = ngettext(
            "%(name)s was rung and did not accept.",
            "%(name)s was rung %(num)s times and did not accept.",
            len(times),
            name=name,
        )
        yield times[-1], said
