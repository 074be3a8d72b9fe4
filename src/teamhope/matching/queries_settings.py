"""Rows of what the programme decided of matching, each a version that stays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from teamhope.kit.database import connection
from teamhope.matching.rules_settings import MatchSettings
from teamhope.tables.matches import MatchSettings as Row

Numbers = dict[str, int]


@dataclass(frozen=True, slots=True)
class Version:
    """`changed_by`: the person; None where a command decided."""

    version: str
    changed_by: UUID | None
    changed_at: datetime


async def load_settings() -> MatchSettings:
    """The latest version; what is built in where nobody has decided."""
    row = await Row.select().order_by(Row.version, ascending=False).first()
    if row is None:
        return MatchSettings()
    built_in = MatchSettings()
    return MatchSettings(
        version=str(row["version"]),
        weights={**built_in.weights, **msgspec.json.decode(row["weights"], type=Numbers)},
        rarity=msgspec.json.decode(row["rarity"], type=Numbers),
        thresholds={**built_in.thresholds, **msgspec.json.decode(row["thresholds"], type=Numbers)},
    )


async def list_versions(limit: int) -> list[Version]:
    """The newest first."""
    columns = (Row.version, Row.changed_by, Row.changed_at)
    rows = await Row.select(*columns).order_by(Row.version, ascending=False).limit(limit)
    return [Version(str(row["version"]), row["changed_by"], row["changed_at"]) for row in rows]


async def insert_settings(settings: MatchSettings, by: UUID | None, now: datetime) -> UUID:
    """As the next version; two at once get one each."""
    await connection().execute("select pg_advisory_xact_lock(hashtext('match_settings'))")
    id_, version = uuid4(), int(await connection().fetchval("select coalesce(max(version), 0) + 1 from match_settings"))
    await Row.insert(
        Row(
            id=id_,
            version=version,
            weights=_json(settings.weights),
            rarity=_json(settings.rarity),
            thresholds=_json(settings.thresholds),
            changed_by=by,
            changed_at=now,
        )
    )
    return id_


def _json(numbers: object) -> str:
    return msgspec.json.encode(numbers).decode()
