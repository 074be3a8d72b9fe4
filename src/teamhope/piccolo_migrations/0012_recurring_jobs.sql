-- What recurs, one row each: its last pass that ended, when the next is due at the latest, and a wish for one now.
create table recurring_job (
  name text primary key check (name ~ '^[a-z_]{1,40}$'),
  daily boolean not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  succeeded_at timestamptz,
  next_at timestamptz not null,
  failures integer not null check (failures >= 0), -- in a row
  error_type text check (error_type ~ '^\w{1,80}$'), -- never what the error says
  asked_at timestamptz,
  check ((failures = 0) = (error_type is null))
);
create trigger wake_worker after update of asked_at on recurring_job
  for each row when (new.asked_at is not null) execute function wake_worker();
alter table recurring_job enable row level security;
create policy who_reads on recurring_job for select using (actor_is('admin', 'worker', 'command'));
create policy who_notes on recurring_job for insert with check (actor_is('worker', 'command'));
create policy who_changes on recurring_job for update using (actor_is('worker', 'command'));
create policy who_asks on recurring_job for update using (actor_is('admin'))
  with check (actor_is('admin') and asked_at is not null);
create trigger only_workers_note before update of name, daily, started_at, finished_at, succeeded_at, next_at, failures,
  error_type on recurring_job for each row execute function only_by('worker', 'command');
grant select, insert, update on recurring_job to teamhope_app;

-- The worker's daily jobs have the unique key (operation, local_date) too.
alter table operation_run drop constraint operation_run_operation_check;
alter table operation_run add constraint operation_run_operation_check check (operation ~ '^[a-z_]{1,40}$');
