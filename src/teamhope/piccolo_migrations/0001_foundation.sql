-- Who acts: set by kit.database.acting_as for one transaction; empty means nobody, who sees nothing.
create function actor_role() returns text language sql stable parallel safe
  as $$ select current_setting('actor.role', true) $$;
create function actor_person() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('actor.person', true), '')::uuid $$;
create function actor_volunteer() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('actor.volunteer', true), '')::uuid $$;
create function actor_team() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('actor.team', true), '')::uuid $$;
create function actor_opening() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('actor.opening', true), '')::uuid $$;
create function actor_is(variadic roles text[]) returns boolean language sql stable parallel safe
  as $$ select coalesce(actor_role() = any (roles), false) $$;

create table installation (
  id integer primary key check (id = 1),
  demonstration boolean not null default false,
  report_timezone text,
  restore_unfinished boolean not null default false, -- a backup is in place, and what was erased since is not gone again yet
  created_at timestamptz not null default now()
);

create table team (
  id uuid primary key,
  name text not null check (length(name) between 1 and 80)
);

-- People and how they sign in ------------------------------------------------------------------------------------------
create table person (
  id uuid primary key,
  name bytea not null,
  email bytea,
  email_index bytea unique,
  phone bytea,
  phone_index bytea,
  role text not null check (role in ('coordinator', 'volunteer', 'team_lead', 'advocate', 'leadership', 'admin', 'auditor')),
  status text not null default 'active' check (status in ('active', 'suspended')),
  language text not null default 'en' check (language in ('en', 'es')),
  timezone text not null,
  team uuid references team on delete restrict,
  agreed_to_sms boolean not null default false,
  password_hash text,
  created_at timestamptz not null default now(),
  anonymised_at timestamptz, -- who this was is gone; what she did is counted
  check ((email is null) = (email_index is null)),
  check ((phone is null) = (phone_index is null))
);
create index on person (phone_index);
create index on person (team);

create table sign_in_session (
  id_hash bytea primary key,
  id uuid not null unique, -- names it in a list; only id_hash opens it
  person uuid not null references person on delete cascade,
  device text not null default '' check (length(device) <= 40),
  second_factor text check (second_factor in ('passkey', 'authenticator', 'recovery_code')),
  on_call boolean not null default false, -- the last page was a call's: it may rest longer
  created_at timestamptz not null,
  confirmed_at timestamptz not null, -- when she last proved who she is
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index on sign_in_session (person);
create index on sign_in_session (expires_at);

create table sign_in_throttle (
  email_index bytea primary key,
  failures integer not null check (failures > 0),
  blocked_until timestamptz not null
);

create table api_token (
  id uuid primary key,
  token_hash bytea not null unique,
  label text not null check (length(label) between 1 and 80),
  person uuid references person on delete cascade,
  role text check (role in ('coordinator', 'leadership', 'auditor')),
  created_by uuid references person on delete restrict,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  check ((person is null) <> (role is null)),
  check (expires_at > created_at)
);
create index on api_token (person);
create index on api_token (created_by);

create table passkey (
  id uuid primary key,
  person uuid not null references person on delete cascade,
  credential_id bytea not null unique,
  public_key bytea not null,
  sign_count bigint not null check (sign_count >= 0),
  label text not null check (length(label) between 1 and 80),
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index on passkey (person);

create table authenticator (
  id uuid primary key,
  person uuid not null unique references person on delete cascade,
  secret bytea not null,
  created_at timestamptz not null,
  confirmed_at timestamptz, -- null until a first code was right
  last_step bigint not null default 0 -- of the last code used: none works twice
);

create table recovery_code (
  id uuid primary key,
  person uuid not null references person on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  unique (person, code_hash)
);

-- What was asked and is not answered yet: the second factor after a password, or a passkey's challenge.
create table sign_in_step (
  id_hash bytea primary key,
  kind text not null check (kind in ('second_factor', 'passkey_sign_in', 'passkey_new', 'passkey_confirm')),
  person uuid references person on delete cascade,
  challenge bytea,
  failures smallint not null default 0,
  expires_at timestamptz not null
);
create index on sign_in_step (person);
create index on sign_in_step (expires_at);

create table one_use_link (
  token_hash bytea primary key,
  kind text not null check (kind in ('invitation', 'reset')),
  person uuid not null references person on delete cascade,
  created_by uuid references person on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  used_at timestamptz
);
create index on one_use_link (person);
create index on one_use_link (created_by);

-- E-mail to people of the programme; the words are the kind's. The link goes as soon as it was sent.
create table letter (
  id uuid primary key,
  person uuid not null references person on delete cascade,
  kind text not null check (kind in ('invitation', 'reset', 'break_glass')),
  link bytea,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  attempts smallint not null default 0 check (attempts >= 0),
  due_at timestamptz not null,
  lease_until timestamptz,
  error_code text,
  created_at timestamptz not null,
  ended_at timestamptz,
  check (status = 'queued' or link is null),
  check ((status = 'queued') = (ended_at is null))
);
create index on letter (person);
create index letter_due on letter (due_at) where status = 'queued';

create table audit_event (
  id uuid primary key,
  seq bigint generated always as identity,
  at timestamptz not null,
  actor_role text not null,
  actor_person uuid,
  actor_name text not null default '',
  act text not null,
  subject_kind text not null,
  subject uuid,
  reason text check (reason ~ '^[A-Za-z0-9_.:+-]{1,80}$'), -- a code, never a sentence
  hmac bytea not null
);
create index on audit_event (at);
create index on audit_event (subject);
create index on audit_event (actor_person);

-- What is in no seal yet. Not told by a mark above which nothing is sealed: a row has its number before others see it.
create table audit_unsealed (
  seq bigint primary key,
  event uuid not null -- no reference: that its row is gone must show
);
create function audit_event_waits() returns trigger
  language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    insert into audit_unsealed (seq, event) select seq, id from added;
    return null;
  end $$;
create trigger waits_for_its_seal after insert on audit_event referencing new table as added
  for each statement execute function audit_event_waits();

-- One link of the chain: the rows it holds, by id; retention drops the rows of whole seals and keeps the seals.
create table audit_seal (
  number bigint primary key check (number > 0),
  month date not null check (extract(day from month) = 1),
  events uuid[] not null,
  sealed_at timestamptz not null,
  previous bytea not null,
  hmac bytea not null,
  dropped_at timestamptz,
  dropped_hmac bytea,
  check ((dropped_at is null) = (dropped_hmac is null))
);

-- What runs once on a day, and how it ended; two processes at once cannot both begin.
create table operation_run (
  id uuid primary key,
  operation text not null check (operation in ('backup', 'purge')),
  local_date date not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  succeeded boolean,
  counts jsonb not null default '{}',
  check ((finished_at is null) = (succeeded is null))
);
create unique index one_run_a_day on operation_run (operation, local_date) where succeeded is not false;
create index on operation_run (operation, started_at desc);

create table worker_heartbeat (
  name text primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null
);

-- Families -------------------------------------------------------------------------------------------------------------
create table family (
  id uuid primary key,
  family_no text not null unique,
  status text not null default 'open' check (status in ('open', 'closed', 'anonymised')),
  primary_language text,
  state text check (state ~ '^[A-Z]{2}$'),
  country text not null default 'US' check (country ~ '^[A-Z]{2}$'),
  timezone text,
  intake_source text not null check (intake_source in ('hotline_call_center', 'advocate', 'case_manager', 'law_enforcement',
    'faon_member', 'self_referral_web', 'self_referral_phone', 'other_nonprofit')),
  duplicate_of uuid references family on delete restrict check (duplicate_of <> id),
  team uuid references team on delete restrict, -- which team looks after it; null: every coordinator
  held_at timestamptz,
  held_by uuid references person on delete restrict,
  hold_reason text check (hold_reason in ('death', 'recovery', 'court_date', 'media', 'threat', 'other')),
  hold_until date, -- the day on which a person is asked again
  created_at timestamptz not null,
  check (held_at is not null or (held_by is null and hold_reason is null and hold_until is null))
);
create index on family (duplicate_of);
create index on family (held_by);
create index family_on_hold on family (held_at) where held_at is not null;
create index on family (team);

create table contact (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  first_name bytea not null,
  first_name_index bytea, -- goes when the family is anonymised
  relation text not null,
  adult boolean not null default true,
  timezone text,
  languages jsonb not null,
  windows jsonb not null default '[]',
  shared_with bytea,
  if_someone_else_answers text not null default 'hang_up'
    check (if_someone_else_answers in ('hang_up', 'ask_for_contact', 'say_agreed_words')),
  code_word bytea,
  answers_blocked_numbers boolean not null default false,
  contact_preference text not null default 'program_calls' check (contact_preference in ('program_calls', 'they_call_us')),
  created_at timestamptz not null,
  unique (id, family) -- whoever may write a row of one family writes nothing about another's contact by it
);
create index on contact (family);
create index on contact (first_name_index);

create table contact_phone (
  id uuid primary key,
  contact uuid not null references contact on delete restrict,
  family uuid not null references family on delete restrict,
  number bytea not null,
  number_index bytea not null,
  kind text not null default 'mobile' check (kind in ('mobile', 'home', 'work', 'other')),
  safe_to_call boolean not null default false,
  voicemail text not null default 'none' check (voicemail in ('none', 'agreed_words')),
  agreed_words bytea,
  safe_to_text boolean not null default false,
  only_i_see_this_phone boolean not null default false,
  confirmed_on date not null,
  stopped_at timestamptz,
  stop_reason text,
  check ((voicemail = 'agreed_words') = (agreed_words is not null)),
  check (not safe_to_text or only_i_see_this_phone),
  check ((stopped_at is null) = (stop_reason is null)),
  foreign key (contact, family) references contact (id, family)
);
create index on contact_phone (contact);
create index on contact_phone (family);
create index on contact_phone (number_index);

create table consent (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  contact uuid not null references contact on delete restrict,
  kind text not null check (kind in ('peer_match', 'share_profile_with_volunteer', 'voice_call', 'voicemail', 'sms_reminder',
    'email', 'release_to_third_party')),
  granted boolean not null,
  at timestamptz not null,
  method text not null check (method in ('verbal_recorded_by_staff', 'web_form', 'sms_keyword', 'written')),
  wording_version text not null check (length(wording_version) between 1 and 40),
  language text not null,
  recorded_by uuid references person on delete restrict,
  recipient bytea, -- of a release to a third party: to whom, what for, until which day
  purpose bytea,
  expires_on date,
  takes_back uuid references consent on delete restrict, -- the release that ends
  -- A release is written, to somebody named, for a purpose, and for a year at most (28 CFR 94.115).
  check (case when kind = 'release_to_third_party' and granted then recipient is not null and purpose is not null
      and expires_on is not null and method = 'written'
      and expires_on - (at at time zone 'UTC')::date between -1 and 366
    else recipient is null and purpose is null and expires_on is null end),
  check ((takes_back is not null) = (kind = 'release_to_third_party' and not granted)),
  foreign key (contact, family) references contact (id, family)
);
create index on consent (takes_back);
create index on consent (contact, kind, at desc);
create index on consent (family);
create index on consent (recorded_by);

create table blocked_person (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  name bytea,
  phone bytea,
  phone_index bytea,
  relation bytea not null, -- in the family's own words
  scope text not null check (scope in ('no_contact', 'no_release', 'no_call_leg')),
  reason text check (reason in ('abuser', 'suspect', 'estranged', 'asked', 'other')),
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references person on delete restrict,
  end_reason text check (end_reason in ('family_asked', 'mistake', 'danger_over', 'other')),
  check (name is not null or phone is not null),
  check ((phone is null) = (phone_index is null)),
  check ((ended_at is null) = (end_reason is null))
);
create index on blocked_person (family);
create index on blocked_person (ended_by);
create index on blocked_person (phone_index);

create table incident (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  case_type text,
  subtypes text[] not null default '{}',
  trajectory text,
  event_month date check (extract(day from event_month) = 1),
  child_age_band text not null default 'unknown'
    check (child_age_band in ('0-4', '5-8', '9-12', '13-15', '16-17', '18-20', 'unknown'))
);
create index on incident (family);

create table support_request (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  contact uuid references contact on delete restrict,
  incident uuid not null references incident on delete restrict,
  requested_on date not null,
  urgency text not null check (urgency in ('routine', 'priority', 'urgent')),
  match_mode text not null default 'one_to_one' check (match_mode in ('one_to_one', 'single_conversation')),
  preferences jsonb not null default '[]',
  status text not null check (status in ('new', 'triage', 'ready', 'matching', 'matched', 'active', 'on_hold', 'waitlisted',
    'unable_to_contact', 'referred_out', 'closed', 'declined', 'duplicate')),
  status_since timestamptz not null,
  ready_at timestamptz,
  resume_on date,
  owner uuid references person on delete restrict,
  entered_by uuid references person on delete restrict,
  form_key uuid unique,
  created_at timestamptz not null,
  check (status not in ('ready', 'matching', 'matched', 'active', 'waitlisted') or ready_at is not null),
  check ((status = 'on_hold') = (resume_on is not null)),
  unique (id, family),
  foreign key (contact, family) references contact (id, family)
);
create index on support_request (family);
create index on support_request (contact);
create index on support_request (incident);
create index on support_request (owner);
create index on support_request (entered_by);
create index on support_request (status, ready_at);

-- Volunteers -----------------------------------------------------------------------------------------------------------
create table volunteer (
  id uuid primary key,
  person uuid not null unique references person on delete restrict,
  display_name bytea not null,
  status text not null check (status in ('applicant', 'screening', 'training', 'probation', 'active', 'on_break', 'suspended',
    'alumni', 'rejected')),
  state text check (state ~ '^[A-Z]{2}$'),
  gender text check (gender in ('woman', 'man')),
  languages jsonb not null,
  availability jsonb not null default '[]',
  off_limits jsonb not null default '{}',
  communities text[] not null default '{}' check (communities <@ array['faith', 'tribal', 'military', 'lgbtq']),
  max_open_matches smallint not null default 3 check (max_open_matches between 0 and 20),
  max_calls_per_week smallint not null default 8 check (max_calls_per_week between 0 and 60),
  created_at timestamptz not null
);

create table lived_experience (
  id uuid primary key,
  volunteer uuid not null references volunteer on delete restrict,
  case_type text not null,
  subtypes text[] not null default '{}',
  relation text not null,
  trajectory text,
  event_month date check (extract(day from event_month) = 1),
  child_age_band text not null default 'unknown'
    check (child_age_band in ('0-4', '5-8', '9-12', '13-15', '16-17', '18-20', 'unknown'))
);
create index on lived_experience (volunteer);

create table credential (
  id uuid primary key,
  volunteer uuid not null references volunteer on delete restrict,
  kind text not null check (kind in ('background_check', 'confidentiality_agreement', 'core_training', 'refresher_training',
    'suicide_awareness', 'mandated_reporter_training', 'survivor_training', 'code_of_conduct')),
  completed_on date not null,
  expires_on date check (expires_on > completed_on)
);
create index on credential (volunteer);

create table time_away (
  id uuid primary key,
  volunteer uuid not null references volunteer on delete restrict,
  first_on date not null,
  last_on date not null,
  check (last_on >= first_on)
);
create index on time_away (volunteer);

-- Matches and promises -------------------------------------------------------------------------------------------------
create table match (
  id uuid primary key,
  request uuid not null references support_request on delete restrict,
  family uuid not null references family on delete restrict,
  contact uuid references contact on delete restrict,
  volunteer uuid not null references volunteer on delete restrict,
  status text not null check (status in ('suggested', 'proposed_to_volunteer', 'accepted', 'family_notified', 'introduced',
    'active', 'paused', 'transferring', 'unable_to_contact', 'closing', 'closed', 'rejected_by_coordinator',
    'declined_by_volunteer', 'expired')),
  status_since timestamptz not null,
  proposed_by uuid references person on delete restrict,
  by_optimizer boolean not null default false,
  score smallint check (score between 0 and 100),
  score_breakdown jsonb not null default '{}',
  weights_version text not null,
  override_reason bytea,
  proposed_at timestamptz not null,
  answer_due_at timestamptz,
  accepted_at timestamptz,
  introduced_at timestamptz,
  first_conversation_at timestamptz,
  closed_at timestamptz,
  close_reason text check (close_reason in ('goals_met', 'family_requested', 'volunteer_requested', 'poor_fit_rematch',
    'unable_to_contact', 'case_resolved', 'volunteer_left', 'safety', 'duplicate', 'deceased_contact',
    'moved_to_professional_care')),
  check ((status = 'closed') = (closed_at is not null and close_reason is not null)),
  foreign key (request, family) references support_request (id, family),
  foreign key (contact, family) references contact (id, family)
);
create unique index one_live_match on match (request) where status in ('proposed_to_volunteer', 'accepted', 'family_notified',
  'introduced', 'active', 'paused', 'transferring', 'closing');
create index on match (request);
create index on match (family);
create index on match (contact);
create index on match (volunteer, status);
create index on match (proposed_by);

create table follow_up_plan (
  id uuid primary key,
  match uuid not null references match on delete restrict,
  template text not null check (template in ('standard', 'acute', 'long_term', 'exploitation', 'one_talk', 'keep_in_touch')),
  timezone text not null,
  anchor_on date,
  next_index smallint not null default 0 check (next_index >= 0),
  status text not null default 'active' check (status in ('active', 'paused', 'ended'))
);
create unique index one_active_plan on follow_up_plan (match) where status <> 'ended';

create table follow_up (
  id uuid primary key,
  plan uuid not null references follow_up_plan on delete restrict,
  match uuid not null references match on delete restrict,
  family uuid not null references family on delete restrict,
  volunteer uuid not null references volunteer on delete restrict,
  seq smallint not null check (seq >= 0),
  status text not null check (status in ('planned', 'due', 'in_progress', 'retry_wait', 'completed', 'missed', 'skipped',
    'escalated_to_coordinator', 'suspended', 'cancelled')),
  timezone text not null,
  local_date date not null,
  local_start time not null,
  due_at timestamptz not null,
  window_end_at timestamptz not null,
  original_due_at timestamptz not null,
  attempts_used smallint not null default 0 check (attempts_used >= 0),
  asked_callback boolean not null default false,
  created_at timestamptz not null,
  ended_at timestamptz,
  unique (plan, seq),
  check (window_end_at > due_at)
);
create index on follow_up (match);
create index on follow_up (family);
create index on follow_up (volunteer, due_at);
create index open_follow_up_due on follow_up (due_at) where status in ('planned', 'due', 'in_progress', 'retry_wait');

create table follow_up_move (
  id uuid primary key,
  follow_up uuid not null references follow_up on delete restrict,
  moved_at timestamptz not null,
  moved_by uuid references person on delete restrict,
  moved_for text not null check (moved_for in ('family', 'volunteer', 'staff', 'retry')),
  from_due_at timestamptz not null,
  to_due_at timestamptz not null
);
create index on follow_up_move (follow_up);
create index on follow_up_move (moved_by);

-- Messages to volunteers and staff -------------------------------------------------------------------------------------
create table message (
  id uuid primary key,
  person uuid not null references person on delete restrict,
  kind text not null check (kind in ('daily_reminder')),
  local_date date not null,
  due_at timestamptz not null,
  status text not null default 'queued'
    check (status in ('queued', 'sending', 'sent', 'delivered', 'failed', 'uncertain', 'cancelled')),
  attempts smallint not null default 0 check (attempts >= 0),
  lease_until timestamptz,
  lease_owner text,
  sending_at timestamptz,
  provider_sid text unique,
  error_code text,
  created_at timestamptz not null,
  unique (person, kind, local_date)
);
create unique index one_message_in_doubt on message (person) where status in ('sending', 'uncertain');
create index message_due on message (due_at) where status = 'queued';
create index message_leased on message (lease_until) where lease_until is not null;

create table provider_callback (
  id uuid primary key,
  provider_sid text not null,
  status text not null,
  error_code text,
  message uuid,
  received_at timestamptz not null,
  applied_at timestamptz,
  unique (provider_sid, status)
);
create index provider_callback_open on provider_callback (received_at) where applied_at is null;

-- A sleeping worker hears of what will not wait for its next look; the rest it finds by itself.
create function wake_worker() returns trigger language plpgsql as $$ begin perform pg_notify('teamhope_wake', ''); return null; end $$;
create trigger wake_worker after insert on message
  for each row when (new.due_at <= now() + interval '60 seconds') execute function wake_worker();
create trigger wake_worker after insert on provider_callback for each statement execute function wake_worker();
create trigger wake_worker after insert on letter for each statement execute function wake_worker();

-- Calls ----------------------------------------------------------------------------------------------------------------
create table call (
  id uuid primary key,
  follow_up uuid references follow_up on delete restrict,
  match uuid references match on delete restrict,
  family uuid not null references family on delete restrict,
  contact uuid references contact on delete restrict,
  volunteer uuid references volunteer on delete restrict,
  direction text not null check (direction in ('outbound', 'inbound')),
  channel text not null check (channel in ('voice', 'video', 'sms_thread', 'in_person')),
  placed_via text not null check (placed_via in ('masked_bridge', 'own_phone_logged', 'program_line')),
  outcome text not null check (outcome in ('reached', 'reached_brief', 'callback_requested', 'left_voicemail',
    'voicemail_not_left', 'message_with_person', 'no_answer', 'busy', 'call_failed', 'wrong_number', 'disconnected',
    'language_barrier', 'declined_today', 'declined_service', 'third_party_refused', 'ended_for_safety',
    'crisis_escalated', 'inbound_received', 'inbound_missed')),
  started_at timestamptz not null,
  talk_seconds integer check (talk_seconds between 0 and 86400),
  language text not null,
  topics text[] not null default '{}',
  needs text[] not null default '{}',
  emotional_load smallint check (emotional_load between 1 and 5),
  callback_at timestamptz,
  escalation_level text check (escalation_level in ('imminent', 'urgent', 'concern')),
  answered_by text check (answered_by in ('other_parent', 'household_adult', 'child', 'unknown')),
  note bytea,
  logged_at timestamptz not null,
  logged_by uuid references person on delete restrict,
  idempotency_key text unique check (length(idempotency_key) between 1 and 80),
  corrects uuid unique references call on delete restrict check (corrects <> id),
  voided_at timestamptz,
  voided_by uuid references person on delete restrict,
  void_reason text,
  -- What the call is counted by, stored when it is written, so that nothing done later moves a past year.
  counted_on date not null,
  counted_case_type text not null,
  counted_relation text,
  counted_state text,
  check ((voided_at is null) = (void_reason is null)),
  check ((direction = 'inbound') <= (outcome in ('inbound_received', 'inbound_missed', 'crisis_escalated'))),
  check ((outcome in ('inbound_received', 'inbound_missed')) <= (direction = 'inbound'))
);
create index on call (follow_up);
create index on call (match, started_at);
create index on call (family);
create index on call (contact, started_at);
create index on call (volunteer, started_at);
create index on call (logged_by);
create index on call (voided_by);
create index on call using brin (counted_on);
create index call_counted_on on call (counted_on) where voided_at is null;

create table call_draft (
  id uuid primary key,
  person uuid not null references person on delete cascade,
  follow_up uuid not null references follow_up on delete cascade,
  note bytea not null,
  version integer not null check (version > 0),
  form_key uuid not null, -- of the window it was typed in
  updated_at timestamptz not null,
  unique (person, follow_up)
);
create index on call_draft (follow_up);

-- Danger, care and tasks -----------------------------------------------------------------------------------------------
create table escalation (
  id uuid primary key,
  opened_by uuid references person on delete restrict,
  family uuid references family on delete restrict,
  match uuid references match on delete restrict,
  call uuid references call on delete restrict,
  level text not null check (level in ('imminent', 'urgent', 'concern')),
  status text not null default 'open' check (status in ('open', 'acknowledged', 'acting', 'awaiting_confirmation', 'closed')),
  where_now bytea,
  opened_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by uuid references person on delete restrict,
  help_confirmed_at timestamptz,
  closed_at timestamptz,
  closed_without_confirmation text,
  check (status = 'open' or acknowledged_at is not null),
  check ((status = 'closed') = (closed_at is not null)),
  check (status <> 'closed' or help_confirmed_at is not null or closed_without_confirmation is not null)
);
create index on escalation (opened_by);
create index on escalation (family);
create index on escalation (match);
create index on escalation (call);
create index on escalation (acknowledged_by);

create table debrief (
  id uuid primary key,
  call uuid not null unique references call on delete restrict,
  volunteer uuid not null references volunteer on delete restrict,
  due_at timestamptz not null,
  done_at timestamptz,
  waived_at timestamptz
);
create index on debrief (volunteer);

create table task (
  id uuid primary key,
  kind text not null check (kind in ('need_from_call', 'tell_family', 'confirm_time_zone', 'reconfirm_contact',
    'number_stopped', 'uncertain_message', 'decide_after_hold', 'other')),
  detail text,
  family uuid references family on delete restrict,
  contact uuid references contact on delete restrict,
  volunteer uuid references volunteer on delete restrict,
  call uuid references call on delete restrict,
  opened_by uuid references person on delete restrict,
  owner uuid references person on delete restrict,
  status text not null default 'open' check (status in ('open', 'done', 'dropped')),
  opened_at timestamptz not null,
  due_on date not null,
  closed_at timestamptz,
  closed_by uuid references person on delete restrict,
  check ((status = 'open') = (closed_at is null))
);
create index on task (family);
create index on task (contact);
create index on task (volunteer);
create index on task (call);
create index on task (opened_by);
create index on task (owner);
create index on task (closed_by);
create index open_task on task (due_on) where status = 'open';
create unique index one_decision on task (family) where kind = 'decide_after_hold' and status = 'open';
create unique index one_reconfirmation on task (contact) where kind = 'reconfirm_contact' and status = 'open';

-- Services and the FAON network ----------------------------------------------------------------------------------------
create table service_event (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  program text not null check (program in ('mental_health_support', 'crisis_intervention', 'reunification_assistance',
    'attorney_referral', 'content_removal_guidance', 'faon_referral', 'resource_sent')),
  happened_on date not null,
  status text not null check (status in ('completed', 'attempted')),
  voided_at timestamptz,
  void_reason text,
  check ((voided_at is null) = (void_reason is null))
);
create index on service_event (family);
create index on service_event (happened_on);

create table faon_member (
  id uuid primary key,
  name bytea not null,
  kind text not null check (kind in ('individual_clinician', 'clinician_group', 'organisation')),
  licence_required boolean not null default true,
  direct_services boolean not null,
  fee_modes text[] not null,
  joined_on date not null,
  left_on date,
  left_how text check (left_how in ('withdrawn', 'removed')),
  contact_confirmed_on date,
  attested_on date,
  voided_at timestamptz,
  check ((left_on is null) = (left_how is null)),
  check (left_on >= joined_on)
);

create table faon_proof (
  id uuid primary key,
  member uuid not null references faon_member on delete restrict,
  kind text not null check (kind in ('vetting', 'licence', 'judgment_check', 'insurance')),
  number bytea,
  verified_on date not null,
  expires_on date,
  passed boolean not null default true
);
create index on faon_proof (member);

create table faon_participation (
  id uuid primary key,
  member uuid not null references faon_member on delete restrict,
  kind text not null check (kind in ('event', 'online_training')),
  happened_on date not null
);
create index on faon_participation (member);

create table faon_request (
  id uuid primary key,
  member uuid not null references faon_member on delete restrict,
  sent_on date not null,
  due_on date not null check (due_on >= sent_on),
  answered_on date,
  answer text check (answer in ('accept', 'decline', 'info')),
  check ((answered_on is null) = (answer is null))
);
create index on faon_request (member);

-- What is kept, for how long, and what left -----------------------------------------------------------------------------
create table retention_period (
  kind text primary key,
  days integer not null check (days between 1 and 36500),
  changed_by uuid references person on delete restrict,
  changed_at timestamptz not null
);

create table legal_hold (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  reason text not null check (reason in ('subpoena', 'court_order', 'expected_litigation', 'audit')),
  placed_by uuid references person on delete restrict,
  placed_at timestamptz not null,
  lifted_by uuid references person on delete restrict,
  lifted_at timestamptz
);
create unique index one_legal_hold on legal_hold (family) where lifted_at is null;

create table erasure_request (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  asked_by uuid references person on delete restrict,
  asked_at timestamptz not null,
  done_at timestamptz
);
create unique index one_open_erasure on erasure_request (family) where done_at is null;
create index on erasure_request (family);

-- A number that asked us to stop stays known by its index alone, also when all else of its family is gone.
create table opted_out_number (
  number_index bytea primary key,
  opted_out_at timestamptz not null
);

-- Register of what was given to whom under which law (28 CFR 94.115).
create table release (
  id uuid primary key,
  family uuid not null references family on delete restrict,
  kind text not null check (kind in ('subpoena', 'court_order', 'statute', 'written_consent')),
  recipient bytea not null,
  given text[] not null,
  notice text not null check (notice in ('given', 'attempted', 'forbidden_by_law')),
  notice_on date,
  released_on date not null,
  recorded_by uuid references person on delete restrict,
  recorded_at timestamptz not null,
  check ((notice = 'forbidden_by_law') = (notice_on is null))
);
create index on release (family);

-- A family opened outside one's scope, for a reason that somebody else reads.
create table break_glass (
  id uuid primary key,
  person uuid not null references person on delete restrict,
  family uuid not null references family on delete restrict,
  reason text not null check (reason in ('danger_now', 'coordinator_absent', 'technical_fault', 'complaint')),
  words bytea not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > opened_at),
  reviewed_by uuid references person on delete restrict check (reviewed_by <> person),
  reviewed_at timestamptz,
  check ((reviewed_by is null) = (reviewed_at is null))
);
create index on break_glass (person, expires_at);
create index on break_glass (family);
create index on break_glass (opened_at) where reviewed_at is null;

-- Row-level security: the second wall behind the scope of the queries ---------------------------------------------------
-- A policy cannot tell one column from another. Whom row-level security does not hold, a migration, this does not either.
create function only_by() returns trigger language plpgsql as $$
  begin
    if row_security_active(tg_relid) and not actor_is(variadic tg_argv) then
      raise insufficient_privilege using message = format('not every column of %I is the actor''s to change', tg_table_name);
    end if;
    return new;
  end $$;

create function only_staff() returns trigger language plpgsql as $$
  begin
    if row_security_active(tg_relid) and not actor_is_staff() then
      raise insufficient_privilege using message = format('not every column of %I is the actor''s to change', tg_table_name);
    end if;
    return new;
  end $$;

-- Who sees every row: processes, and a coordinator whose scope is not a team.
create function actor_is_staff() returns boolean language sql stable parallel safe
  as $$ select actor_is('worker', 'command') or (actor_is('coordinator') and actor_team() is null) $$;

-- The actor's scope (domain.md §1.1b), as sets. They look through the tables as their owner, so that one policy does not
-- depend on another's, and at the state before the statement: who ends a match may write that it has ended.
-- `x in (select actor_…())` asks once for a statement what would otherwise be asked for each row.

-- Herself; for a team lead and a coordinator of a team its people, for the latter also whoever calls one of its families.
create function actor_people() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 20
  as $$ begin
    if actor_person() is not null then
      return next actor_person();
    end if;
    if actor_is('team_lead', 'coordinator') and actor_team() is not null then
      return query select p.id from person p where p.team = actor_team();
    end if;
    if actor_is('coordinator') and actor_team() is not null then
      return query select v.person from family f join match m on m.family = f.id join volunteer v on v.id = m.volunteer
        where f.team = actor_team() and m.status in ('proposed_to_volunteer', 'accepted', 'family_notified', 'introduced',
          'active', 'paused', 'transferring', 'unable_to_contact', 'closing');
    end if;
  end $$;

create function actor_volunteers() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 20
  as $$ begin
    if actor_volunteer() is not null then
      return next actor_volunteer();
    end if;
    if actor_is('team_lead', 'coordinator') then
      return query select v.id from volunteer v where v.person = any (array(select actor_people()));
    end if;
  end $$;

-- Those of her team, whom a coordinator of a team looks after.
create function managed_volunteers() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 20
  as $$ begin
    if actor_is('coordinator') and actor_team() is not null then
      return query select v.id from volunteer v join person p on p.id = v.person where p.team = actor_team();
    end if;
  end $$;

-- A volunteer has a family from her yes until the match is over; an offered match shows no family row at all.
create function actor_families() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 50
  as $$ begin
    if actor_is('volunteer') then
      return query select m.family from match m where m.volunteer = actor_volunteer()
        and m.status in ('accepted', 'family_notified', 'introduced', 'active', 'paused', 'transferring', 'closing');
    elsif actor_is('team_lead') then
      return query select m.family from match m where m.volunteer = any (array(select actor_volunteers()))
        and m.status in ('accepted', 'family_notified', 'introduced', 'active', 'paused', 'transferring', 'closing');
    elsif actor_is('coordinator') and actor_team() is not null then
      return query select f.id from family f where f.team = actor_team();
      -- Once a match is over, she has the time in which the volunteer still has its reference.
      return query select m.family from match m where m.volunteer = any (array(select managed_volunteers()))
        and (m.status in ('proposed_to_volunteer', 'accepted', 'family_notified', 'introduced', 'active', 'paused',
            'transferring', 'unable_to_contact', 'closing')
          or (m.status = 'closed' and m.closed_at > now() - interval '90 days'));
    elsif actor_is('advocate') then
      return query select e.family from escalation e where e.status <> 'closed' and e.family is not null;
      return query select t.family from task t
        where t.status = 'open' and t.detail = 'advocate_review' and t.family is not null;
      return query select s.family from service_event s where s.voided_at is null;
    end if;
  end $$;

create function managed_families() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 50
  as $$ begin
    if actor_is('coordinator') then
      return query select actor_families();
    end if;
  end $$;

-- An offer, and a match as long as the family is hers.
create function actor_matches() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 50
  as $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select m.id from match m where m.volunteer = any (array(select actor_volunteers()))
        and m.status in ('proposed_to_volunteer', 'accepted', 'family_notified', 'introduced', 'active', 'paused',
          'transferring', 'closing');
    end if;
  end $$;

-- What counts as one family is erased as one: nobody says so of a family that is not hers.
create function only_of_ones_own() returns trigger language plpgsql as $$
  begin
    if row_security_active(tg_relid) and not actor_is_staff() and not new.duplicate_of in (select actor_families()) then
      raise insufficient_privilege using message = 'the family that stays is not the actor''s';
    end if;
    return new;
  end $$;

-- Until the transaction ends nobody holds or closes this family: whoever is cleared asks for it before she looks.
create function stand_still(family_id uuid) returns void
  language sql volatile security definer set search_path = public, pg_temp
  as $$ select from family where id = family_id for share $$;

alter table installation enable row level security;
create policy everyone_reads on installation for select using (actor_role() <> '');
create policy commands_write on installation using (actor_is('command')) with check (actor_is('command'));

alter table team enable row level security;
create policy people_read on team for select using (actor_role() <> '');
create policy admins_write on team using (actor_is('admin', 'command')) with check (actor_is('admin', 'command'));

alter table person enable row level security;
create policy who_sees on person for select using (
  id = actor_person() or (select actor_is_staff() or actor_is('admin', 'doorkeeper'))
  or ((select actor_is('team_lead', 'coordinator')) and (team = actor_team() or id in (select actor_people()))));
create policy who_adds on person for insert with check (
  actor_is('admin', 'command')
  or (actor_is('coordinator') and role = 'volunteer' and (actor_team() is null or team = actor_team())));
create policy who_changes on person for update using (id = actor_person() or actor_is('admin', 'worker', 'command'));
create trigger not_oneself before update of id, name, email, email_index, phone, phone_index, role, status, timezone, team,
  agreed_to_sms, created_at, anonymised_at on person for each row execute function only_by('admin', 'worker', 'command');

alter table sign_in_session enable row level security;
create policy doorkeeper on sign_in_session using (actor_is('doorkeeper'));
create policy who_sees on sign_in_session for select using (person = actor_person() or actor_is('admin', 'worker', 'command'));
create policy who_ends on sign_in_session for delete using (person = actor_person() or actor_is('admin', 'worker', 'command'));

alter table sign_in_throttle enable row level security;
create policy doorkeeper on sign_in_throttle using (actor_is('doorkeeper', 'worker', 'command'));

alter table passkey enable row level security;
create policy doorkeeper on passkey using (actor_is('doorkeeper'));
create policy whose on passkey using (person = actor_person());
create policy who_resets on passkey for delete using (actor_is('admin', 'command'));
create policy who_sees on passkey for select using (actor_is('admin', 'command'));
alter table authenticator enable row level security;
create policy doorkeeper on authenticator using (actor_is('doorkeeper'));
create policy whose on authenticator using (person = actor_person());
create policy who_resets on authenticator for delete using (actor_is('admin', 'command'));
create policy who_sees on authenticator for select using (actor_is('admin', 'command'));
alter table recovery_code enable row level security;
create policy doorkeeper on recovery_code using (actor_is('doorkeeper'));
create policy whose on recovery_code using (person = actor_person());
create policy who_resets on recovery_code for delete using (actor_is('admin', 'command'));
create policy who_sees on recovery_code for select using (actor_is('admin', 'command'));
alter table sign_in_step enable row level security;
create policy doorkeeper on sign_in_step using (actor_is('doorkeeper', 'worker', 'command'));
create policy who_sees on sign_in_step for select using (person = actor_person() or actor_is('admin'));
create policy who_ends on sign_in_step for delete using (person = actor_person() or actor_is('admin'));
alter table one_use_link enable row level security;
create policy doorkeeper on one_use_link using (actor_is('doorkeeper', 'admin', 'worker', 'command'));
-- Whoever chooses a password is that person: a coordinator makes links for volunteers who never had one, for nobody else.
create policy inviters on one_use_link for insert with check (actor_is('coordinator') and kind = 'invitation'
  and created_by = actor_person() and person in (select p.id from person p where p.role = 'volunteer' and p.password_hash is null));
alter table letter enable row level security;
create policy processes on letter using (actor_is('doorkeeper', 'admin', 'worker', 'command'));
create policy inviters on letter for insert with check (actor_is('coordinator') and kind = 'invitation' and status = 'queued'
  and person in (select p.id from person p where p.role = 'volunteer' and p.password_hash is null));

alter table api_token enable row level security;
create policy who_manages on api_token using (actor_is('admin', 'command'));
create policy doorkeeper on api_token for select using (actor_is('doorkeeper'));

alter table audit_event enable row level security;
create policy everyone_adds on audit_event for insert with check (
  actor_role <> '' and actor_role = actor_role() and actor_person is not distinct from actor_person());

create policy who_reads on audit_event for select using ((select actor_is('admin', 'auditor', 'worker', 'command')));
alter table audit_unsealed enable row level security;
create policy who_reads on audit_unsealed for select using ((select actor_is('admin', 'auditor', 'worker', 'command')));
create policy who_seals on audit_unsealed for delete using (actor_is('worker'));
alter table audit_seal enable row level security;
create policy who_reads on audit_seal for select using ((select actor_is('admin', 'auditor', 'worker', 'command')));
create policy who_seals on audit_seal for insert with check (actor_is('worker', 'command') and dropped_at is null);
alter table operation_run enable row level security;
create policy who_reads on operation_run for select using (actor_is('admin', 'worker', 'command', 'doorkeeper'));
create policy who_runs on operation_run using (actor_is('worker', 'command'));

alter table worker_heartbeat enable row level security;
create policy everyone_reads on worker_heartbeat for select using (actor_role() <> '');
create policy worker_writes on worker_heartbeat using (actor_is('worker')) with check (actor_is('worker'));

-- What only staff decide, others at most read; what a call or an answer changes, whoever has the family may change.
alter table family enable row level security;
create policy who_sees on family for select using ((select actor_is_staff()) or id in (select actor_families())
  or ((select actor_is('coordinator')) and team = actor_team())); -- she has just entered it
create policy staff_adds on family for insert with check (
  actor_is_staff() or (actor_is('coordinator') and team = actor_team()));
create policy who_changes on family for update using (
  (select actor_is_staff()) or ((select actor_is('coordinator', 'advocate')) and id in (select actor_families())));
-- Whoever accompanies a family may stop everything; only staff let it go on.
create policy who_stops on family for update using (held_at is null and id in (select actor_families()))
  with check (held_at is not null);
create trigger others_only_stop before update of id, family_no, status, primary_language, state, country, timezone,
  intake_source, duplicate_of, team, hold_until, created_at
  on family for each row execute function only_by('coordinator', 'advocate', 'worker', 'command');
create trigger team_stays before update of team on family for each row execute function only_staff();
create trigger merged_in_scope before insert or update of duplicate_of on family for each row
  when (new.duplicate_of is not null) execute function only_of_ones_own();
alter table contact enable row level security;
create policy who_sees on contact for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff on contact using ((select actor_is_staff()) or family in (select managed_families()));
alter table contact_phone enable row level security;
create policy who_sees on contact_phone for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff_adds on contact_phone for insert with check ((select actor_is_staff()) or family in (select managed_families()));
create policy who_changes on contact_phone for update using ((select actor_is_staff()) or family in (select actor_families()));
create trigger others_only_stop_it before update of kind, safe_to_call, voicemail, agreed_words, safe_to_text,
  only_i_see_this_phone, confirmed_on on contact_phone
  for each row execute function only_by('coordinator', 'worker', 'command');
alter table consent enable row level security;
create policy who_sees on consent for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff_adds on consent for insert with check ((select actor_is_staff()) or family in (select managed_families()));
create policy whoever_hears_no on consent for insert with check (not granted and family in (select actor_families()));
alter table blocked_person enable row level security;
create policy who_sees on blocked_person for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff on blocked_person using ((select actor_is_staff()) or family in (select managed_families()));
alter table incident enable row level security;
create policy who_sees on incident for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff on incident using ((select actor_is_staff()) or family in (select managed_families()));

alter table support_request enable row level security;
create policy who_sees on support_request for select using ((select actor_is_staff()) or family in (select actor_families()));
create policy staff_adds on support_request for insert with check ((select actor_is_staff()) or family in (select managed_families()));
create policy who_changes on support_request for update using ((select actor_is_staff()) or family in (select actor_families()));
-- Answering an offer moves the request, whose family the volunteer may not see before her yes.
create policy offered on support_request using (id in (
  select m.request from match m where m.volunteer = (select actor_volunteer()) and m.status = 'proposed_to_volunteer'));

alter table volunteer enable row level security;
create policy who_sees on volunteer for select using ((select actor_is_staff() or actor_is('doorkeeper'))
  or id = actor_volunteer() or person in (select actor_people()));
create policy staff_adds on volunteer for insert with check (
  actor_is_staff() or (actor_is('coordinator') and person in (select actor_people())));
create policy who_changes on volunteer for update using (
  (select actor_is_staff()) or id = actor_volunteer() or id in (select managed_volunteers()));
create trigger not_oneself before update of status, off_limits, created_at
  on volunteer for each row execute function only_by('coordinator', 'worker', 'command');
-- Whoever a volunteer is, has her families.
create trigger whose_stays before update of id, person on volunteer for each row execute function only_by('command');
alter table lived_experience enable row level security;
create policy who_sees on lived_experience for select using ((select actor_is_staff()) or volunteer in (select actor_volunteers()));
create policy staff on lived_experience using ((select actor_is_staff()) or volunteer in (select managed_volunteers()));
alter table credential enable row level security;
create policy who_sees on credential for select using ((select actor_is_staff()) or volunteer in (select actor_volunteers()));
create policy staff on credential using ((select actor_is_staff()) or volunteer in (select managed_volunteers()));
alter table time_away enable row level security;
create policy who_sees on time_away for select using ((select actor_is_staff()) or volunteer in (select actor_volunteers()));
create policy who_changes on time_away using (
  (select actor_is_staff()) or volunteer = actor_volunteer() or volunteer in (select managed_volunteers()));

alter table match enable row level security;
create policy who_sees on match for select using ((select actor_is_staff()) or id in (select actor_matches())
  or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families())));
create policy staff_adds on match for insert with check ((select actor_is_staff()) or family in (select managed_families()));
create policy who_changes on match for update using ((select actor_is_staff()) or id in (select actor_matches())
  or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families())));
-- To bring back a match that is over would open the family again.
create trigger over_is_over before update on match for each row
  when (old.status in ('suggested', 'unable_to_contact', 'closed', 'rejected_by_coordinator', 'declined_by_volunteer', 'expired'))
  execute function only_by('coordinator', 'worker', 'command');
alter table follow_up_plan enable row level security;
create policy who_may on follow_up_plan using (
  (select actor_is_staff()) or exists (select from match m where m.id = follow_up_plan.match));
alter table follow_up enable row level security;
create policy who_may on follow_up using ((select actor_is_staff()) or (family in (select actor_families())
    and ((select actor_is('coordinator', 'advocate')) or volunteer in (select actor_volunteers()))))
  with check ((select actor_is_staff()) or family in (select actor_families()));
alter table follow_up_move enable row level security;
create policy who_may on follow_up_move using (
  (select actor_is_staff()) or exists (select from follow_up f where f.id = follow_up_move.follow_up));

alter table message enable row level security;
create policy processes on message using ((select actor_is_staff()));
create policy whose on message for select using (person = actor_person());
alter table provider_callback enable row level security;
create policy processes on provider_callback using (actor_is('worker', 'command', 'doorkeeper'));

-- Whoever has the family has its calls, a volunteer those that are hers; of a family that is hers no more, see past_call.
alter table call enable row level security;
create policy who_may on call using ((select actor_is_staff()) or (family in (select actor_families())
    and ((select actor_is('coordinator', 'advocate')) or volunteer in (select actor_volunteers()))))
  with check ((select actor_is_staff()) or (family in (select actor_families())
    and ((select actor_is('coordinator')) or volunteer in (select actor_volunteers()))));
create trigger staff_voids before update on call for each row execute function only_by('coordinator', 'worker', 'command');
alter table call_draft enable row level security;
create policy whose on call_draft using (actor_is('worker', 'command')
  or (person = actor_person() and exists (select from follow_up f where f.id = call_draft.follow_up)));

alter table escalation enable row level security;
create policy who_sees on escalation for select using ((select actor_is_staff() or actor_is('advocate'))
  or family in (select managed_families())
  or ((select actor_is('coordinator')) and family is null and opened_by in (select actor_people()))
  or (opened_by = actor_person() and (family is null or family in (select actor_families()))));
-- Whose family it is not may not open one: an advocate would see the family by it.
create policy who_opens on escalation for insert with check (
  actor_is_staff() or (opened_by = actor_person() and (family is null or family in (select actor_families()))));
create policy who_answers on escalation for update using ((select actor_is_staff() or actor_is('advocate'))
  or family in (select managed_families())
  or ((select actor_is('coordinator')) and family is null and opened_by in (select actor_people())));
-- An advocate has a family as long as a call for help or a task of hers is open: to open it again is not hers.
create trigger over_is_over before update on escalation for each row when (old.status = 'closed')
  execute function only_by('coordinator', 'worker', 'command');
alter table debrief enable row level security;
create policy who_may on debrief using (
  (select actor_is_staff() or actor_is('advocate')) or volunteer in (select actor_volunteers()));
alter table task enable row level security;
create policy who_sees on task for select using ((select actor_is_staff()) or owner = actor_person()
  or (opened_by = actor_person() and (family is null or family in (select actor_families())))
  or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families()))
  or (family is null and volunteer in (select managed_volunteers())));
create policy who_opens on task for insert with check (
  actor_is_staff() or (opened_by = actor_person() and (family is null or family in (select actor_families()))));
create policy who_closes on task for update using ((select actor_is_staff()) or owner = actor_person()
  or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families()))
  or (family is null and volunteer in (select managed_volunteers())));
create trigger over_is_over before update on task for each row when (old.status <> 'open')
  execute function only_by('coordinator', 'worker', 'command');

alter table service_event enable row level security;
create policy who_sees on service_event for select using (
  (select actor_is_staff()) or ((select actor_is('coordinator', 'advocate')) and family in (select actor_families())));
create policy staff on service_event using ((select actor_is_staff()) or family in (select managed_families()));
alter table faon_member enable row level security;
create policy who_sees on faon_member for select using ((select actor_is_staff() or actor_is('coordinator', 'advocate')));
create policy staff on faon_member using ((select actor_is_staff()));
alter table faon_proof enable row level security;
create policy who_sees on faon_proof for select using ((select actor_is_staff() or actor_is('coordinator', 'advocate')));
create policy staff on faon_proof using ((select actor_is_staff()));
alter table faon_participation enable row level security;
create policy who_sees on faon_participation for select using (
  (select actor_is_staff() or actor_is('coordinator', 'advocate')));
create policy staff on faon_participation using ((select actor_is_staff()));
alter table faon_request enable row level security;
create policy who_sees on faon_request for select using ((select actor_is_staff() or actor_is('coordinator', 'advocate')));
create policy staff on faon_request using ((select actor_is_staff()));

alter table retention_period enable row level security;
create policy who_reads on retention_period for select using (actor_is('admin', 'auditor', 'worker', 'command'));
create policy who_decides on retention_period using (actor_is('admin', 'command'));
alter table legal_hold enable row level security;
create policy staff on legal_hold using ((select actor_is_staff()) or family in (select managed_families()));
alter table erasure_request enable row level security;
create policy staff on erasure_request using ((select actor_is_staff()) or family in (select managed_families()));
alter table opted_out_number enable row level security;
create policy who_asks on opted_out_number for select using (actor_is('coordinator', 'worker', 'command', 'doorkeeper'));
create policy whoever_hears_it on opted_out_number for insert with check (actor_role() <> '');
alter table release enable row level security;
create policy staff on release using ((select actor_is_staff()) or family in (select managed_families()));
alter table break_glass enable row level security;
create policy who_reads on break_glass for select using (person = actor_person() or actor_is('admin', 'auditor', 'command'));
create policy who_breaks on break_glass for insert with check (
  actor_is('admin', 'coordinator', 'advocate', 'team_lead') and person = actor_person() and reviewed_at is null
  and expires_at <= opened_at + interval '60 minutes' and opened_at < now() + interval '5 minutes'); -- clocks differ
create policy who_reviews on break_glass for update
  using (actor_is('admin', 'auditor') and person <> actor_person() and reviewed_at is null)
  with check (reviewed_by = actor_person());
-- An opened family is read and not written: only what is asked for reading has this second way in, and only where the
-- opening itself is shown. On every other page the family would seem to be hers, and what she did there to be done.
create function opened_families() returns setof uuid language sql stable rows 1
  as $$ select family from break_glass where id = actor_opening() and person = actor_person() and expires_at > now() $$;
create policy who_sees_opened on family for select using (
  id in (select opened_families()));
create policy who_sees_opened on contact for select using (
  family in (select opened_families()));
create policy who_sees_opened on contact_phone for select using (
  family in (select opened_families()));
create policy who_sees_opened on consent for select using (
  family in (select opened_families()));
create policy who_sees_opened on blocked_person for select using (
  family in (select opened_families()));
create policy who_sees_opened on incident for select using (
  family in (select opened_families()));
create policy who_sees_opened on support_request for select using (
  family in (select opened_families()));
create policy who_sees_opened on match for select using (
  family in (select opened_families()));

-- Views of their owner: they show what the row policies hide, and no more ------------------------------------------------
-- An offer, before the volunteer has said yes: no name, no number, no family.
create view match_offer with (security_barrier) as
  select m.id as match, i.case_type, i.trajectory, c.relation, c.languages, c.windows, coalesce(c.timezone, f.timezone) as timezone,
         r.urgency, m.score, m.proposed_at, m.answer_due_at
  from match m
  join support_request r on r.id = m.request
  join incident i on i.id = r.incident
  join family f on f.id = m.family
  join contact c on c.id = m.contact
  where m.status = 'proposed_to_volunteer' and m.volunteer = actor_volunteer();

-- What a volunteer keeps of a match that is over, for 90 days: of a family that she once had its reference.
create view past_match with (security_barrier) as
  select m.id, m.volunteer, m.status, coalesce(m.closed_at, m.status_since) as ended_at,
         case when m.status in ('closed', 'unable_to_contact') then f.family_no end as family_no
  from match m join family f on f.id = m.family
  where m.status in ('closed', 'unable_to_contact', 'rejected_by_coordinator', 'declined_by_volunteer', 'expired')
    and coalesce(m.closed_at, m.status_since) > now() - interval '90 days'
    and actor_is('volunteer', 'team_lead') and m.volunteer in (select actor_volunteers());

-- And of her calls of such a family: no contact, no note. A call without a match is of before the service.
create view past_call with (security_barrier) as
  select k.id, k.volunteer, k.match, k.follow_up, f.family_no, k.direction, k.channel, k.placed_via, k.outcome,
         k.started_at, k.talk_seconds, k.language, k.topics, k.needs, k.emotional_load, k.callback_at, k.escalation_level,
         k.answered_by, k.logged_at, k.logged_by, k.corrects, k.voided_at, k.void_reason,
         coalesce(m.closed_at, m.status_since) as match_ended_at
  from call k join match m on m.id = k.match join family f on f.id = k.family
  where coalesce(m.closed_at, m.status_since) > now() - interval '90 days'
    and actor_is('volunteer', 'team_lead') and k.volunteer in (select actor_volunteers())
    and not k.family in (select actor_families());

-- And for ever: when she talked, and how long.
create view past_minutes with (security_barrier) as
  select k.volunteer, k.started_at, k.talk_seconds / 60 as talk_minutes
  from call k left join match m on m.id = k.match
  where coalesce(coalesce(m.closed_at, m.status_since) <= now() - interval '90 days', true) and k.voided_at is null
    and not exists (select from call later where later.corrects = k.id)
    and actor_is('volunteer', 'team_lead') and k.volunteer in (select actor_volunteers())
    and not k.family in (select actor_families());

-- What an auditor checks again: of the counted calls nothing that is anybody's.
create view audited_call with (security_barrier) as
  select k.id, k.started_at, k.outcome, k.talk_seconds, k.logged_at
  from call k
  where k.voided_at is null and not exists (select from call later where later.corrects = k.id)
    and actor_is('auditor', 'command');

-- The reference of an opened family, for whoever opened it and whoever reviews that.
create view opened_family with (security_barrier) as
  select b.id as opening, f.family_no
  from break_glass b join family f on f.id = b.family
  where b.person = actor_person() or actor_is('admin', 'auditor');

-- What is counted: every call but the voided and the corrected; no name, no number, no note.
create view counted_call with (security_barrier) as
  select k.id, k.counted_on, k.direction, k.channel, k.outcome, k.talk_seconds, k.language, k.volunteer, k.contact,
         coalesce(f.duplicate_of, f.id) as family,
         k.counted_case_type as case_type, k.counted_relation as relation, k.counted_state as state
  from call k
  join family f on f.id = k.family
  where k.voided_at is null
    and not exists (select from call later where later.corrects = k.id)
    and actor_is('coordinator', 'leadership', 'worker', 'command');

create view counted_service_event with (security_barrier) as
  select s.id, s.program, s.happened_on, coalesce(f.duplicate_of, f.id) as family
  from service_event s
  join family f on f.id = s.family
  where s.status = 'completed' and s.voided_at is null
    and actor_is('coordinator', 'leadership', 'advocate', 'worker', 'command');

create view counted_faon_member with (security_barrier) as
  select m.id, m.kind, m.licence_required, m.direct_services, m.fee_modes, m.joined_on, m.left_on, m.left_how,
         m.contact_confirmed_on, m.attested_on,
         (select coalesce(jsonb_agg(jsonb_build_object('kind', p.kind, 'verified_on', p.verified_on,
            'expires_on', p.expires_on, 'passed', p.passed)), '[]') from faon_proof p where p.member = m.id) as proofs,
         (select coalesce(jsonb_agg(jsonb_build_object('kind', p.kind, 'happened_on', p.happened_on)), '[]')
            from faon_participation p where p.member = m.id) as participations,
         (select coalesce(jsonb_agg(jsonb_build_object('sent_on', q.sent_on, 'due_on', q.due_on,
            'answered_on', q.answered_on, 'answer', q.answer) order by q.sent_on), '[]')
            from faon_request q where q.member = m.id) as requests
  from faon_member m
  where m.voided_at is null and actor_is('coordinator', 'leadership', 'advocate', 'worker', 'command');

-- What the application may do; no more ------------------------------------------------------------------------------------
grant usage on schema public to teamhope_app;
grant select, insert, update on all tables in schema public to teamhope_app;
revoke update on audit_event, audit_seal, erasure_request, opted_out_number, release, break_glass, legal_hold, one_use_link,
  letter from teamhope_app;
revoke insert, update on audit_unsealed from teamhope_app;
grant update (reviewed_by, reviewed_at) on break_glass to teamhope_app;
grant update (lifted_by, lifted_at) on legal_hold to teamhope_app;
grant update (used_at) on one_use_link to teamhope_app;
grant update (link, status, attempts, due_at, lease_until, error_code, ended_at) on letter to teamhope_app;
revoke update on consent, blocked_person from teamhope_app;
grant update (ended_at, ended_by, end_reason) on blocked_person to teamhope_app;
-- Whose a row is never changes; a call is voided or corrected, never rewritten.
revoke update on match, support_request, follow_up, call, contact_phone, escalation, task from teamhope_app;
grant update (status, status_since, by_optimizer, answer_due_at, accepted_at, introduced_at, first_conversation_at, closed_at,
  close_reason) on match to teamhope_app;
grant update (status, status_since, ready_at, resume_on, owner, urgency, preferences, match_mode) on support_request
  to teamhope_app;
grant update (status, timezone, local_date, local_start, due_at, window_end_at, attempts_used, asked_callback, ended_at)
  on follow_up to teamhope_app;
grant update (voided_at, voided_by, void_reason) on call to teamhope_app;
grant update (kind, safe_to_call, voicemail, agreed_words, safe_to_text, only_i_see_this_phone, confirmed_on, stopped_at,
  stop_reason) on contact_phone to teamhope_app;
grant update (status, where_now, acknowledged_at, acknowledged_by, help_confirmed_at, closed_at, closed_without_confirmation)
  on escalation to teamhope_app;
grant update (status, closed_at, closed_by) on task to teamhope_app;
revoke insert, update on opened_family, match_offer, past_match, past_call, past_minutes, audited_call, counted_call, counted_service_event,
  counted_faon_member from teamhope_app;
revoke insert, update on migration from teamhope_app;
grant delete on audit_unsealed, passkey, authenticator, recovery_code, sign_in_step, one_use_link, sign_in_session, sign_in_throttle, call_draft, time_away, provider_callback
  to teamhope_app;
