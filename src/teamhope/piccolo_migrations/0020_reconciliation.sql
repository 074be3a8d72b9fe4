-- Where the provider's list of calls and our own rows differ, found by night; no number is kept.
create table call_difference (
  id uuid primary key,
  kind text not null check (kind in ('not_logged', 'not_carried', 'minutes_differ', 'unknown_call')),
  phone_call uuid references phone_call on delete cascade,
  call uuid references call on delete restrict,
  provider_sid text,
  started_at timestamptz not null,
  listed_seconds integer check (listed_seconds >= 0),
  found_at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid references person on delete restrict,
  unique nulls not distinct (kind, phone_call, call, provider_sid),
  check (num_nonnulls(phone_call, call, provider_sid) = 1),
  check ((kind = 'not_logged') = (phone_call is not null)),
  check ((kind = 'unknown_call') = (provider_sid is not null)),
  check ((kind = 'not_carried') = (listed_seconds is null)),
  check ((settled_at is null) = (settled_by is null))
);
create index on call_difference (phone_call);
create index on call_difference (call);
create index on call_difference (settled_by);
create index call_difference_open on call_difference (started_at) where settled_at is null;
alter table call_difference enable row level security;
create policy staff on call_difference using ((select actor_is_staff()));
create policy managed on call_difference using (
  exists (select from phone_call p where p.id = call_difference.phone_call and p.family in (select managed_families()))
  or exists (select from call c where c.id = call_difference.call and c.family in (select managed_families())));
grant select, insert, delete on call_difference to teamhope_app;
grant update (settled_at, settled_by) on call_difference to teamhope_app;

-- Each day whose list was compared: calls that the provider placed to families, and how many were logged within a day.
create table compared_day (
  local_date date primary key,
  placed integer not null check (placed >= 0),
  logged_in_time integer not null check (logged_in_time between 0 and placed),
  compared_at timestamptz not null
);
alter table compared_day enable row level security;
create policy who_reads on compared_day for select using (actor_is('coordinator', 'leadership', 'worker', 'command'));
create policy who_compares on compared_day for insert with check (actor_is('worker', 'command'));
grant select, insert on compared_day to teamhope_app;
