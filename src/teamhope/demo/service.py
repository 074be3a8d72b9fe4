"""Loading the demonstration: one transaction, so that there is all of it or nothing."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.accounts import passwords
from teamhope.audit import service as audit
from teamhope.demo import queries
from teamhope.demo.rules import SEED, make_world
from teamhope.demo.rules_rows import World
from teamhope.demo.rules_staff import SIGN_INS, DemoSignIn
from teamhope.families.rules_hours import EASTERN
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import command
from teamhope.vocabulary.programme import load_programme

DEMO: Final = command("demo")


async def load(now: datetime, password: str, zone: ZoneInfo = EASTERN, seed: int = SEED) -> list[DemoSignIn]:
    """Whom one can sign in as; everybody's password is `password`. An installation that is loaded is left as it is.

    `zone`: the one by whose days calls are counted. The packaged programme is used, whatever the process runs with.
    """
    sign_ins = [sign_in for sign_in, _, _ in SIGN_INS]
    async with acting_as(DEMO):
        if await queries.is_loaded(sign_ins[0].email):
            return sign_ins
    world = make_world(seed, now, load_programme(), zone)
    _give_password(world, sign_ins, await passwords.hashed(password))
    async with acting_as(DEMO):
        await queries.fix_report_zone(zone.key)
        await queries.write(world.rows)
        await audit.record(DEMO, "loaded_demonstration", ("installation", None), now)
    return sign_ins


def _give_password(world: World, sign_ins: list[DemoSignIn], password_hash: str) -> None:
    emails = {sign_in.email for sign_in in sign_ins}
    for person in world.of("person"):
        person["password_hash"] = password_hash if person["email"] in emails else None
