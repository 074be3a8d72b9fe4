-- How matching weighs: each change is a version that stays, since matches name the one that chose them.
create table match_settings (
  id uuid primary key,
  version integer not null unique check (version > 0),
  weights jsonb not null check (jsonb_typeof(weights) = 'object'),
  rarity jsonb not null check (jsonb_typeof(rarity) = 'object'),
  thresholds jsonb not null check (jsonb_typeof(thresholds) = 'object'),
  changed_by uuid references person on delete restrict,
  changed_at timestamptz not null
);
create index on match_settings (changed_by);
alter table match_settings enable row level security;
create policy who_reads on match_settings for select using (actor_role() <> '');
create policy who_decides on match_settings for insert with check (actor_is('admin', 'command'));
grant select, insert on match_settings to teamhope_app;
