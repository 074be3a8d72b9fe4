-- On one day other hours than every week, in her own zone; without any, none.
create table other_hours (
  id uuid primary key,
  volunteer uuid not null references volunteer on delete restrict,
  day date not null,
  from_a time,
  until_a time,
  from_b time,
  until_b time,
  unique (volunteer, day),
  check ((from_a is null) = (until_a is null) and (from_b is null) = (until_b is null)),
  check (from_a < until_a),
  check (from_b < until_b),
  check (from_b is null or (until_a is not null and until_a <= from_b))
);
alter table other_hours enable row level security;
create policy who_sees on other_hours for select using ((select actor_is_staff()) or volunteer in (select actor_volunteers()));
create policy who_changes on other_hours using (
  (select actor_is_staff()) or volunteer = actor_volunteer() or volunteer in (select managed_volunteers()));
grant select, insert, delete on other_hours to teamhope_app;
grant update (from_a, until_a, from_b, until_b) on other_hours to teamhope_app;

-- Minutes that a volunteer gave besides calls. Nothing is rewritten: what was wrong is voided and entered again.
create table activity (
  id uuid primary key,
  volunteer uuid not null references volunteer on delete restrict,
  kind text not null check (kind in ('training', 'debrief', 'other')),
  happened_on date not null check (happened_on >= '2000-01-01'),
  minutes smallint not null check (minutes between 1 and 1440),
  recorded_by uuid references person on delete restrict,
  recorded_at timestamptz not null,
  voided_at timestamptz,
  voided_by uuid references person on delete restrict,
  check (happened_on <= (recorded_at at time zone 'UTC')::date + 1), -- west of Greenwich and east of it
  check (voided_at is not null or voided_by is null)
);
create index on activity (volunteer, happened_on);
create index on activity (recorded_by);
create index on activity (voided_by);
alter table activity enable row level security;
create policy who_sees on activity for select using ((select actor_is_staff()) or volunteer in (select actor_volunteers()));
create policy who_records on activity for insert with check (
  ((select actor_is_staff()) or volunteer = actor_volunteer() or volunteer in (select managed_volunteers()))
  and (actor_is('worker', 'command') or recorded_by = actor_person()) and voided_at is null);
create policy who_voids on activity for update
  using (voided_at is null and ((select actor_is_staff()) or volunteer in (select managed_volunteers())
    or (volunteer = actor_volunteer() and recorded_by = actor_person())))
  with check (actor_is('worker', 'command') or voided_by = actor_person());
grant select, insert on activity to teamhope_app;
grant update (voided_at, voided_by) on activity to teamhope_app;

-- How well she speaks a language, somebody has heard: not hers to write.
alter table volunteer add check (jsonb_typeof(languages) = 'array' and jsonb_array_length(languages) <= 8);
drop trigger not_oneself on volunteer;
create trigger not_oneself before update of status, languages, created_at
  on volunteer for each row execute function only_by('coordinator', 'worker', 'command');

-- Of what a person is, the team alone is for a coordinator of every team to change, and of volunteers and leads alone.
create function move_to_team(moved uuid, to_team uuid) returns boolean
  language sql volatile security definer set search_path = public, pg_temp
  as $$ update person set team = to_team
    where id = moved and role in ('volunteer', 'team_lead') and anonymised_at is null and actor_is_staff()
    returning true $$;
