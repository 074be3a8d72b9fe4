"""Rows of what the programme decided about calls, each a version that stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from teamhope.families.queries_policy import policy_of
from teamhope.families.rules_policy import DAYS_OF, span_on
from teamhope.followups.rules_cadence import BUILT_IN_RHYTHMS, Rhythms
from teamhope.followups.rules_settings import CadenceSettings
from teamhope.followups.rules_steps import Ladders
from teamhope.kit.database import connection
from teamhope.tables.followups import CadenceSettings as Row

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Version:
    """`changed_by`: the person; None where a command decided."""

    version: str
    changed_by: UUID | None
    changed_at: datetime


async def load_settings() -> CadenceSettings:
    """The latest version; what is built in where nobody has decided."""
    row = await Row.select().order_by(Row.version, ascending=False).first()
    return CadenceSettings() if row is None else _settings(row)


def _settings(row: Mapping[str, Any]) -> CadenceSettings:
    return CadenceSettings(
        version=str(row["version"]),
        rhythms=msgspec.json.decode(row["rhythms"], type=Rhythms),
        ladders=msgspec.json.decode(row["ladders"], type=Ladders),
        policy=policy_of(row),
    )


async def load_rhythms(version: int | None) -> Rhythms:
    """As that version has them; None: as built in."""
    if version is None:
        return BUILT_IN_RHYTHMS
    row = await Row.select(Row.rhythms).where(Row.version == version).first()
    assert row is not None
    return msgspec.json.decode(row["rhythms"], type=Rhythms)


async def newest_version() -> int | None:
    row = await Row.select(Row.version).order_by(Row.version, ascending=False).first()
    return row["version"] if row else None


async def list_versions(limit: int) -> list[Version]:
    """The newest first."""
    columns = (Row.version, Row.changed_by, Row.changed_at)
    rows = await Row.select(*columns).order_by(Row.version, ascending=False).limit(limit)
    return [Version(str(row["version"]), row["changed_by"], row["changed_at"]) for row in rows]


async def insert_settings(settings: CadenceSettings, by: UUID | None, now: datetime) -> UUID:
    """As the next version; two at once get one each."""
    await connection().execute("select pg_advisory_xact_lock(hashtext('cadence_settings'))")
    policy, id_ = settings.policy, uuid4()
    version = int(await connection().fetchval("select coalesce(max(version), 0) + 1 from cadence_settings"))
    await Row.insert(
        Row(
            id=id_,
            version=version,
            rhythms=_json(settings.rhythms),
            ladders=_json(settings.ladders),
            days=_json(policy.days),
            gap_hours=policy.gap // HOUR,
            calls_a_week=policy.calls_a_week,
            first_calls_a_week=policy.first_calls_a_week,
            voicemail_hours=policy.between_voicemails // HOUR,
            changed_by=by,
            changed_at=now,
            **_spans(settings),
        )
    )
    return id_


def _spans(settings: CadenceSettings) -> dict[str, Any]:
    found = {name: span_on(settings.policy.windows, days[0]) or (None, None) for name, days in DAYS_OF.items()}
    return {
        f"{name}_{end}": at for name, span in found.items() for end, at in zip(("from", "until"), span, strict=True)
    }


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
