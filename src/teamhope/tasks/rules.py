"""By when a task is due."""

from datetime import date, timedelta
from typing import Final

from teamhope.vocabulary.states import TaskKind

# Working days are the coordinator's to judge: the page shows what is late, nothing closes by itself.
DAYS_TO_DO: Final[dict[TaskKind, int]] = {
    TaskKind.UNCERTAIN_MESSAGE: 0,
    TaskKind.DECIDE_AFTER_HOLD: 0,
    TaskKind.NUMBER_STOPPED: 1,
    TaskKind.TELL_FAMILY: 1,
    TaskKind.CONFIRM_TIME_ZONE: 1,
    TaskKind.NEED_FROM_CALL: 2,
    TaskKind.RECONFIRM_CONTACT: 7,
    TaskKind.OTHER: 2,
}


def due_on(kind: TaskKind, today: date) -> date:
    return today + timedelta(days=DAYS_TO_DO[kind])
