-- When and how often families are called: each change is a version that stays, since plans name the one they follow.
create table cadence_settings (
  id uuid primary key,
  version integer not null unique check (version > 0),
  rhythms jsonb not null check (jsonb_typeof(rhythms) = 'object' and not jsonb_path_exists(rhythms,
    '$.cadences.*.days[*] ? (@ < 1 || @ > 730)') and not jsonb_path_exists(rhythms,
    '$.cadences.*.then_every ? (@ < 7 || @ > 730)') and not jsonb_path_exists(rhythms,
    '$.keep_in_touch[*] ? (@ < 7 || @ > 730)')),
  ladders jsonb not null check (jsonb_typeof(ladders) = 'object' and not jsonb_path_exists(ladders,
    '$.first_contact[*] ? (@ < 0 || @ > 6)') and not jsonb_path_exists(ladders, '$.routine[*] ? (@ < 0 || @ > 6)')),
  days jsonb not null check (jsonb_typeof(days) = 'object'),
  -- Of families that named no hours; null: nobody is called on that day. No programme calls before 8 or after 21.
  weekdays_from time not null check (weekdays_from between '08:00' and '20:15'),
  weekdays_until time not null check (weekdays_until <= '21:00' and weekdays_until >= weekdays_from + interval '45 minutes'),
  saturday_from time check (saturday_from between '08:00' and '20:15'),
  saturday_until time check (saturday_until <= '21:00' and saturday_until >= saturday_from + interval '45 minutes'),
  sunday_from time check (sunday_from between '08:00' and '20:15'),
  sunday_until time check (sunday_until <= '21:00' and sunday_until >= sunday_from + interval '45 minutes'),
  gap_hours smallint not null check (gap_hours between 12 and 168),
  calls_a_week smallint not null check (calls_a_week between 1 and 7),
  first_calls_a_week smallint not null check (first_calls_a_week between 1 and 7),
  voicemail_hours smallint not null check (voicemail_hours between 24 and 336),
  changed_by uuid references person on delete restrict,
  changed_at timestamptz not null,
  check ((saturday_from is null) = (saturday_until is null)),
  check ((sunday_from is null) = (sunday_until is null))
);
create index on cadence_settings (changed_by);
alter table cadence_settings enable row level security;
create policy who_reads on cadence_settings for select using (actor_role() <> '');
create policy who_decides on cadence_settings for insert with check (actor_is('admin', 'command'));
grant select, insert on cadence_settings to teamhope_app;

-- Null: the plan follows what is built in.
alter table follow_up_plan add column cadence_version integer references cadence_settings (version) on delete restrict;
alter table follow_up_plan add column keep_in_touch_days smallint check (keep_in_touch_days between 7 and 730);
create index on follow_up_plan (cadence_version);

-- A call keeps its hour on the wall where the family is: it moves when she does, or when a zone gets other rules.
alter table follow_up_move drop constraint follow_up_move_moved_for_check;
alter table follow_up_move add constraint follow_up_move_moved_for_check
  check (moved_for in ('family', 'volunteer', 'staff', 'retry', 'zone', 'zone_rules'));
