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
create policy keepers_remove on on_call_shift for delete using (actor_is('coordinator', 'admin', 'command'));
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

-- What was done about a call for help, by whom and when. Nobody: by the worker, or at the fallback number.
create table escalation_step (
  id uuid primary key,
  seq bigint generated always as identity unique,
  escalation uuid not null references escalation on delete restrict,
  act text not null check (act in ('acknowledged', 'acting', 'awaiting_confirmation', 'closed', 'taken_over', 'passed_on',
    'told_where', 'told_on_call', 'told_coordinators')),
  by_person uuid references person on delete restrict,
  to_person uuid references person on delete restrict,
  happened_at timestamptz not null,
  check ((act = 'passed_on') = (to_person is not null))
);
create index on escalation_step (escalation);
create index on escalation_step (by_person);
create index on escalation_step (to_person);
-- However often a pass is repeated.
create unique index once on escalation_step (escalation, act)
  where act in ('acknowledged', 'closed', 'told_on_call', 'told_coordinators');
alter table escalation_step enable row level security;
create policy who_sees on escalation_step for select using (escalation in (select id from escalation));
create policy who_acts on escalation_step for insert with check (
  actor_is('worker', 'command') or (actor_is('coordinator', 'advocate') and by_person is not distinct from actor_person()
    and escalation in (select id from escalation)));
grant select, insert on escalation_step to teamhope_app;

insert into escalation_step (id, escalation, act, by_person, happened_at)
  select gen_random_uuid(), id, 'acknowledged', acknowledged_by, acknowledged_at from escalation
  where acknowledged_by is not null and acknowledged_at is not null;

-- The next is rung at once: when help is called for, and when a telephone was not answered.
create trigger wake_worker after insert on escalation for each statement execute function wake_worker();
create trigger wake_worker_for_the_next after update of ended_at on phone_leg
  for each row when (new.party = 'on_call' and new.ended_at is not null) execute function wake_worker();

alter table letter drop constraint letter_kind_check;
alter table letter add constraint letter_kind_check
  check (kind in ('invitation', 'reset', 'break_glass', 'call_for_help'));
