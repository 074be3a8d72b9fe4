"""Putting a backup in the place of a database, without what was erased since, and without sending anything again."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from teamhope.backups import BackupProblem, Manifest, feed, opened, verify
from teamhope.kit import migrations
from teamhope.kit.client_programs import program
from teamhope.kit.database import acting_as, connection, pool_of, take_time
from teamhope.operations import service as operations
from teamhope.retention import service as retention
from teamhope.vocabulary.people import command

RESTORE: Final = command("restore")
QUIETLY: Final = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse")
ONE_AT_A_TIME: Final = f"do $$ begin perform pg_advisory_xact_lock({migrations.LOCK}); end $$;\n"
EMPTY_IT: Final = """
drop schema public cascade;
create schema public authorization pg_database_owner;
grant usage on schema public to public;
"""
# In the transaction that loads: whoever sees the rows sees the mark, and finds nothing that would be sent again. What
# was due is failed, not cancelled: it may have been sent after the backup, and planning brings a cancelled one back. Of
# which calls of the next day families were told since nobody knows: none is told again.
AFTERWARDS: Final = """
set local search_path = public;
insert into installation (id, restore_unfinished) values (1, true)
  on conflict (id) do update set restore_unfinished = true;
delete from sign_in_session;
delete from sign_in_step;
delete from one_use_link;
delete from calendar_feed;
delete from calling_pin;
update api_token set revoked_at = now() where revoked_at is null;
update message set status = 'failed', error_code = 'restored', lease_until = null, lease_owner = null
  where status = 'queued' and due_at <= now();
update message set status = 'uncertain', error_code = 'restored', lease_until = now(), lease_owner = null
  where status = 'sending';
update phone_leg set status = 'failed', error_code = 'restored', ended_at = now() where ended_at is null;
update phone_call set ended_at = now() where ended_at is null;
insert into message (id, contact, contact_phone, follow_up, kind, local_date, due_at, status, error_code, created_at)
  select distinct on (f.id) gen_random_uuid(), p.contact, p.id, f.id, 'family_reminder', f.local_date, now(), 'failed',
    'restored', now()
  from follow_up f join match m on m.id = f.match join support_request r on r.id = m.request
  join contact_phone p on p.contact = coalesce(m.contact, r.contact) and p.safe_to_text
  where f.due_at between now() and now() + interval '24 hours'
  on conflict (person, kind, local_date, follow_up, contact) do update
    set status = excluded.status, error_code = excluded.error_code where message.status = 'cancelled';
update letter set status = 'failed', error_code = 'restored', link = null, lease_until = null, ended_at = now()
  where status = 'queued';
update operation_run set finished_at = now(), succeeded = false where finished_at is null;
commit;
"""
TABLES: Final = "select tablename from pg_tables where schemaname = 'public' order by tablename"


@dataclass(frozen=True, slots=True)
class Restored:
    """`rows` by table."""

    manifest: Manifest
    rows: dict[str, int]


async def restore(owner_url: str, file: Path, *, replace: bool) -> Restored:
    """Puts a backup into an empty database, or with `replace` in the place of what is there, marked as unfinished.

    The whole file is verified first, and the rest happens in one transaction. Raises BackupProblem. `finish` has to
    follow: nobody may sign in before.
    """
    if not replace and await _tables(owner_url):
        raise BackupProblem("The database is not empty: give --replace to put the backup in the place of all its data.")
    manifest = await asyncio.to_thread(verify, file)
    await asyncio.to_thread(_load, owner_url, file, EMPTY_IT if replace else "")
    return Restored(manifest, await _tables(owner_url))


async def finish(owner_url: str, erasures: Path, now: datetime) -> int:
    """Erases again what the list names and what has outlived its period, then takes the mark away; how many it named.

    Safe to repeat, and to end at any moment: the mark holds until all of it is done.
    """
    async with pool_of(owner_url, most=2, guarded=False):
        erased = await retention.replay_erasures(erasures, now)
        await retention.purge(now, dry_run=False)
        await operations.finish_restore(RESTORE, now)
    return erased


async def _tables(owner_url: str) -> dict[str, int]:
    async with pool_of(owner_url, most=1, guarded=False), acting_as(RESTORE):
        await take_time()
        names = [row["tablename"] for row in await connection().fetch(TABLES)]
        return {name: await connection().fetchval(f'select count(*) from "{name}"') for name in names}  # noqa: S608


def _load(owner_url: str, file: Path, emptying: str) -> None:
    """As one transaction, which is committed only after pg_restore has read the last verified byte."""
    with opened(file) as (_, dump), program("psql", QUIETLY, dsn=owner_url) as loading:
        assert loading.stdin is not None
        loading.stdin.write(f"begin; set local client_min_messages = warning;\n{ONE_AT_A_TIME}{emptying}".encode())
        loading.stdin.flush()
        with program("pg_restore", ["--no-owner", "--file=-"], stdout=loading.stdin) as reading:
            feed(reading, dump)
        loading.stdin.write(b"\n" + AFTERWARDS.encode())
