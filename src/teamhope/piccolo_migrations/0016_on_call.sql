-- Nobody is on call twice at a time.
create extension if not exists btree_gist;
create table on_call_shift (
  id uuid primary key,
  person uuid not null references person on delete restrict,
  duty text not null check (duty in ('supervisor', 'advocate')),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  added_by uuid references person on delete restrict,
  added_at timestamptz not null,
  check (starts_at < ends_at and ends_at <= starts_at + interval '25 hours'), -- a day on which clocks go back
  constraint one_shift_at_a_time exclude using gist (person with =, tstzrange(starts_at, ends_at) with &&)
);
create index on on_call_shift (ends_at);
create index on on_call_shift (added_by);
alter table on_call_shift enable row level security;
create policy everyone_reads on on_call_shift for select using (actor_role() <> '');
create policy keepers_add on on_call_shift for insert with check (actor_is('coordinator', 'admin', 'command'));
create policy keepers_remove on on_call_shift for delete using (actor_is('coordinator', 'admin', 'worker', 'command'));
grant select, insert, delete on on_call_shift to teamhope_app;

-- The newest row says what is rung where nobody on call answers; without a number, nothing. Old rows stay, as history.
create table fallback_number (
  id uuid primary key,
  number bytea,
  changed_by uuid references person on delete restrict,
  changed_at timestamptz not null
);
create index on fallback_number (changed_by);
alter table fallback_number enable row level security;
create policy everyone_reads on fallback_number for select using (actor_role() <> '');
create policy keepers_decide on fallback_number for insert with check (actor_is('coordinator', 'admin', 'command'));
grant select, insert on fallback_number to teamhope_app;
