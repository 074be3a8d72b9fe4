-- A file that somebody uploaded: its rows until they are imported, then what became of them. Both for a day.
create table csv_import (
  id uuid primary key,
  kind text not null check (kind in ('volunteers', 'families')),
  person uuid references person on delete cascade, -- whose it is; null: a command's
  sheet bytea check (length(sheet) <= 2000000), -- a file of 500,000 bytes, as JSON and encrypted
  uploaded_at timestamptz not null,
  imported_at timestamptz,
  left_out integer check (left_out >= 0),
  taken_back integer check (taken_back >= 0), -- null: nobody asked for it
  check ((imported_at is null) = (sheet is not null)),
  check ((imported_at is null) = (left_out is null)),
  check (taken_back is null or imported_at is not null)
);
create index on csv_import (person);

-- What was made of a row of the file. `made_hash`: of all that was written, by which a later change shows.
create table imported_row (
  id uuid primary key,
  upload uuid not null references csv_import on delete cascade,
  number integer not null check (number > 1), -- as a spreadsheet counts; the first row is the header
  volunteer uuid unique references volunteer on delete cascade,
  family uuid unique references family on delete cascade,
  made_hash bytea not null check (length(made_hash) = 32),
  unique (upload, number),
  check ((volunteer is null) <> (family is null))
);

-- Whoever looks after a team alone would not see whom a row looks like.
alter table csv_import enable row level security;
create policy whose on csv_import using (
  actor_is('command') or (person = actor_person() and actor_is('coordinator') and actor_team() is null));
create policy while_it_waits on csv_import as restrictive for delete using (imported_at is null);
alter table imported_row enable row level security;
create policy whose on imported_row using (exists (select from csv_import i where i.id = imported_row.upload));
grant select, insert, delete on csv_import to teamhope_app;
grant update (sheet, imported_at, left_out, taken_back) on csv_import to teamhope_app;
grant select, insert on imported_row to teamhope_app;

-- A hash of all that is written about a volunteer, or about a family.
create function volunteer_state(volunteer_id uuid) returns bytea language sql stable
  as $$ select sha256(convert_to(concat_ws(chr(10), s::text,
    (select p::text from person p where p.id = s.person),
    (select string_agg(x::text, chr(10) order by x.id) from lived_experience x where x.volunteer = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from credential x where x.volunteer = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from time_away x where x.volunteer = s.id)), 'UTF8'))
  from volunteer s where s.id = volunteer_id $$;
create function family_state(family_id uuid) returns bytea language sql stable
  as $$ select sha256(convert_to(concat_ws(chr(10), s::text,
    (select string_agg(x::text, chr(10) order by x.id) from contact x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from contact_phone x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from consent x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from blocked_person x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from incident x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from support_request x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from task x where x.family = s.id)), 'UTF8'))
  from family s where s.id = family_id $$;

-- The one way in which the application deletes a volunteer or a family: what an import of hers made, in its day, and
-- nobody changed or used. What refers to it otherwise (a match, a call, a legal hold) forbids it: every reference
-- restricts. Who writes rows by hand gains nothing: what an import made has its instant in columns that are not hers to
-- change. Every row is locked before the hash is taken: a change under way is waited for, and then seen.
create function take_back(row_id uuid) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  declare
    it record;
    person_id uuid;
  begin
    select r.volunteer, r.family, r.made_hash, i.imported_at, i.person as importer into it
      from imported_row r join csv_import i on i.id = r.upload
      where r.id = row_id and i.imported_at > now() - interval '24 hours'
      and (actor_is('command') or (i.person = actor_person() and actor_is('coordinator') and actor_team() is null));
    if it.volunteer is not null then
      select person into person_id from volunteer where id = it.volunteer for update;
      perform from person where id = person_id for update;
      perform from lived_experience where volunteer = it.volunteer for update;
      if volunteer_state(it.volunteer) is distinct from it.made_hash or not exists (
        select from person where id = person_id and created_at = it.imported_at and password_hash is null)
      then
        raise restrict_violation using message = 'changed since, or not of this import';
      end if;
      delete from lived_experience where volunteer = it.volunteer;
      delete from volunteer where id = it.volunteer;
      delete from person where id = person_id;
    elsif it.family is not null then
      perform from family where id = it.family for update;
      perform from contact where family = it.family for update;
      perform from contact_phone where family = it.family for update;
      perform from consent where family = it.family for update;
      perform from blocked_person where family = it.family for update;
      perform from incident where family = it.family for update;
      perform from support_request where family = it.family for update;
      perform from task where family = it.family for update;
      if family_state(it.family) is distinct from it.made_hash or (
        select bool_and(created_at = it.imported_at and entered_by is not distinct from it.importer)
        from support_request where family = it.family) is not true
      then
        raise restrict_violation using message = 'changed since, or not of this import';
      end if;
      delete from task where family = it.family;
      delete from support_request where family = it.family;
      delete from incident where family = it.family;
      delete from consent where family = it.family;
      delete from blocked_person where family = it.family;
      delete from contact_phone where family = it.family;
      delete from contact where family = it.family;
      delete from family where id = it.family;
    else
      raise restrict_violation using message = 'not a row of an import of hers in its day';
    end if;
  end $$;
