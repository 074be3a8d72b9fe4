alter table incident add column child_gender text not null default 'unknown'
  check (child_gender in ('girl', 'boy', 'another', 'unknown'));
alter table lived_experience add column child_gender text not null default 'unknown'
  check (child_gender in ('girl', 'boy', 'another', 'unknown'));

-- A volunteer and a family who may know of each other: they are not matched as long as one row of the two stands.
create table known_connection (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  volunteer uuid not null references volunteer on delete restrict,
  kind text not null check (kind in ('same_incident', 'same_family', 'personally_known', 'same_court_case', 'other')),
  recorded_by uuid references person on delete restrict,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references person on delete restrict,
  end_reason text check (end_reason in ('mistake', 'asked_both', 'other')),
  check ((ended_at is null) = (end_reason is null))
);
create unique index one_standing_connection on known_connection (family, volunteer, kind) where ended_at is null;
create index on known_connection (family);
create index on known_connection (volunteer);
create index on known_connection (recorded_by);
create index on known_connection (ended_by);

-- A day of each year that is hard for a family; at most ten, each in a place of its own.
create table sensitive_date (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  place smallint not null check (place between 1 and 10),
  kind text not null check (kind in ('birthday', 'missing_anniversary', 'recovery', 'death', 'trial')),
  month smallint not null check (month between 1 and 12),
  day smallint not null check (day between 1 and case when month = 2 then 29 when month in (4, 6, 9, 11) then 30 else 31 end),
  call_on boolean not null default false, -- the family asked to be called on that day
  created_at timestamptz not null,
  unique (family, place),
  unique (family, kind, month, day)
);

alter table known_connection enable row level security;
create policy who_sees on known_connection for select using (
  (select actor_is_staff()) or family in (select managed_families()) or volunteer in (select managed_volunteers())
  or (recorded_by = actor_person() and volunteer = actor_volunteer())); -- what she said herself, no more
create policy staff_adds on known_connection for insert with check (
  actor_is_staff() or family in (select managed_families()) or volunteer in (select managed_volunteers()));
-- Of a family that she is asked for, or accompanies.
create policy whose_it_is on known_connection for insert with check (
  volunteer = actor_volunteer() and recorded_by = actor_person() and kind = 'personally_known' and ended_at is null
  and family in (select m.family from match m where m.volunteer = actor_volunteer() and m.id in (select actor_matches())));
create policy staff_ends on known_connection for update using (
  (select actor_is_staff()) or family in (select managed_families()) or volunteer in (select managed_volunteers()));
alter table sensitive_date enable row level security;
create policy who_sees on sensitive_date for select using (
  (select actor_is_staff()) or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families())));
create policy staff on sensitive_date using ((select actor_is_staff()) or family in (select managed_families()));

-- On which days a family is not called, for whoever has it; not what they are the days of.
create view sensitive_day with (security_barrier) as
  select d.family, d.month, d.day, bool_and(d.call_on) as call_on
  from sensitive_date d
  where (select actor_is_staff()) or d.family in (select actor_families())
  group by d.family, d.month, d.day;

grant select, insert on known_connection, sensitive_date to teamhope_app;
grant update (ended_at, ended_by, end_reason) on known_connection to teamhope_app;
grant delete on sensitive_date to teamhope_app;
grant select on sensitive_day to teamhope_app;
