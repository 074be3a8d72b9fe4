-- By which address a volunteer's own calendar fetches when her calls are: the hash of its secret, one for each.
create table calendar_feed (
  secret_hash bytea primary key,
  volunteer uuid not null unique references volunteer on delete cascade,
  created_at timestamptz not null
);
alter table calendar_feed enable row level security;
create policy whose on calendar_feed using (volunteer = actor_volunteer());
create policy doorkeeper on calendar_feed for select using (actor_is('doorkeeper'));
create policy processes on calendar_feed using (actor_is('worker', 'command'));
grant select, insert, delete on calendar_feed to teamhope_app;
grant update (secret_hash, created_at) on calendar_feed to teamhope_app;
