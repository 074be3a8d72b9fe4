"""Every zone of the United States and every change of its clocks, and clocks of a machine that jump."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# zone.tab, US and its territories.
ZONES: Final = tuple(
    ZoneInfo(name)
    for name in (
        *("America/New_York", "America/Detroit", "America/Kentucky/Louisville", "America/Kentucky/Monticello"),
        *("America/Indiana/Indianapolis", "America/Indiana/Vincennes", "America/Indiana/Winamac"),
        *("America/Indiana/Marengo", "America/Indiana/Petersburg", "America/Indiana/Vevay", "America/Chicago"),
        *("America/Indiana/Tell_City", "America/Indiana/Knox", "America/Menominee", "America/North_Dakota/Center"),
        *("America/North_Dakota/New_Salem", "America/North_Dakota/Beulah", "America/Denver", "America/Boise"),
        *("America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Juneau", "America/Sitka"),
        *("America/Metlakatla", "America/Yakutat", "America/Nome", "America/Adak", "Pacific/Honolulu"),
        *("America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago"),
    )
)
# The second Sunday of March and the first of November (15 U.S.C. 260a).
CHANGES: Final = (
    *(date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7), date(2028, 3, 12)),
    *(date(2028, 11, 5), date(2029, 3, 11), date(2029, 11, 4), date(2030, 3, 10), date(2030, 11, 3)),
)
TICK: Final = timedelta(minutes=20)
# Where in the day the clock of the machine goes wrong, and by how much; it stays so. A sleep is a jump too.
JUMPS: Final = {
    "right": (),
    "two hours on": ((time(8, 10), timedelta(hours=2)),),
    "two hours back": ((time(10, 10), timedelta(hours=-2)),),
    "on and back": ((time(7, 30), timedelta(hours=2)), (time(12, 20), timedelta(hours=-2))),
    "asleep for eight hours": ((time(6, 0), timedelta(hours=8)),),
    "asleep over midnight, then back": ((time(20, 0), timedelta(hours=8)), (time(9, 30), timedelta(hours=-2))),
}


def ticking(start: datetime, end: datetime, jumps: str, zone: ZoneInfo, tick: timedelta = TICK) -> Iterator[datetime]:
    """What the clock shows at each pass from `start` to `end` (aware): each jump once, when it shows its wall time."""
    now, left = start.astimezone(UTC), list(JUMPS[jumps])
    while now <= end:
        yield now
        step = tick
        if left and now.astimezone(zone).time() <= left[0][0] < (now + tick).astimezone(zone).time():
            step += left.pop(0)[1]
        now += step
