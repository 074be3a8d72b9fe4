-- By which somebody who calls our number is known: a keyed index of the digits, one for a volunteer or a contact.
create table calling_pin (
  id uuid primary key,
  pin_index bytea not null unique,
  volunteer uuid unique references volunteer on delete cascade,
  contact uuid unique references contact on delete cascade,
  created_at timestamptz not null,
  check (num_nonnulls(volunteer, contact) = 1)
);
alter table calling_pin enable row level security;
create policy whose on calling_pin using (volunteer = actor_volunteer());
create policy staff on calling_pin using (contact is not null and ((select actor_is_staff())
  or contact in (select c.id from contact c where c.family in (select managed_families()))));
create policy doorkeeper on calling_pin for select using (actor_is('doorkeeper'));
create policy processes on calling_pin using (actor_is('worker', 'command'));
grant select, insert, delete on calling_pin to teamhope_app;
grant update (pin_index, created_at) on calling_pin to teamhope_app;
