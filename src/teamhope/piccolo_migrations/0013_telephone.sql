-- A call that the programme's number carries. What came of it is logged as a call: this row is how it went meanwhile.
create table phone_call (
  id uuid primary key,
  kind text not null check (kind in ('to_family', 'from_family', 'page')),
  volunteer uuid references volunteer on delete restrict,
  family uuid references family on delete restrict,
  contact uuid references contact on delete restrict,
  match uuid references match on delete restrict,
  follow_up uuid references follow_up on delete restrict,
  escalation uuid references escalation on delete restrict,
  cleared_at timestamptz, -- every rule allowed it, at the moment at which the key was pressed
  refused text check (length(refused) between 1 and 60), -- the code of the rule that did not
  warned_at timestamptz, -- she was told that the longest call is nearly over
  call uuid unique references call on delete restrict,
  created_at timestamptz not null,
  ended_at timestamptz,
  check (kind <> 'to_family' or (volunteer is not null and family is not null and match is not null)),
  check ((kind = 'page') = (escalation is not null)),
  check (cleared_at is null or refused is null)
);
create unique index one_live_call_of_volunteer on phone_call (volunteer) where kind = 'to_family' and ended_at is null;
create unique index one_live_call_to_family on phone_call (family) where kind = 'to_family' and ended_at is null;
create index on phone_call (volunteer, created_at);
create index on phone_call (family);
create index on phone_call (contact);
create index on phone_call (match);
create index on phone_call (follow_up);
create index on phone_call (escalation);
create index phone_call_live on phone_call (created_at) where ended_at is null;
create index phone_call_not_logged on phone_call (created_at) where call is null and cleared_at is not null;

create table phone_leg (
  id uuid primary key,
  phone_call uuid not null references phone_call on delete cascade,
  party text not null check (party in ('volunteer', 'family', 'advocate', 'on_call')),
  person uuid references person on delete restrict,
  phone uuid references contact_phone on delete restrict, -- of the family's leg, if we dial it
  status text not null default 'queued' check (status in ('queued', 'dialling', 'uncertain', 'ringing', 'answered',
    'completed', 'busy', 'no_answer', 'failed', 'cancelled')),
  due_at timestamptz not null,
  attempts smallint not null default 0 check (attempts >= 0),
  lease_until timestamptz,
  lease_owner text,
  dialling_at timestamptz, -- the intent to dial was committed: from here on it is only asked for
  provider_sid text unique,
  answered_at timestamptz,
  joined_at timestamptz, -- the key was pressed, or the conference entered
  ended_at timestamptz,
  talk_seconds integer check (talk_seconds between 0 and 86400),
  error_code text,
  created_at timestamptz not null,
  check (party <> 'family' or person is null),
  check (phone is null or party = 'family'),
  check ((ended_at is null) = (status in ('queued', 'dialling', 'uncertain', 'ringing', 'answered')))
);
create index on phone_leg (phone_call);
create index on phone_leg (person);
create index on phone_leg (phone);
create unique index one_live_leg_of_family on phone_leg (phone_call) where party = 'family' and ended_at is null;
create index phone_leg_due on phone_leg (due_at) where status = 'queued';
create index phone_leg_leased on phone_leg (lease_until) where lease_until is not null;
create trigger wake_worker after insert on phone_leg for each statement execute function wake_worker();

-- What the provider reports of a leg is kept beside what it reports of texts.
alter table provider_callback add column leg uuid;
alter table provider_callback add column seconds integer check (seconds between 0 and 86400);

alter table phone_call enable row level security;
create policy staff on phone_call using ((select actor_is_staff()) or family in (select managed_families()));
create policy whose on phone_call using (volunteer = actor_volunteer() and family in (select actor_families()));
alter table phone_leg enable row level security;
create policy who_may on phone_leg using (
  (select actor_is_staff()) or exists (select from phone_call c where c.id = phone_leg.phone_call));
create policy whose on phone_leg for select using (person = actor_person());

-- Whose a call is, and which telephone a leg is of, never changes.
grant select, insert on phone_call, phone_leg to teamhope_app;
grant update (cleared_at, refused, warned_at, call, ended_at) on phone_call to teamhope_app;
grant update (status, due_at, attempts, lease_until, lease_owner, dialling_at, provider_sid, answered_at, joined_at, ended_at,
  talk_seconds, error_code) on phone_leg to teamhope_app;
