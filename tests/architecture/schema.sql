CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE FUNCTION public.actor_families() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select m.family from match m where m.id in (select covered_matches());
    end if;
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
      return query select t.family from task t where t.status = 'open' and t.family is not null
        and (t.detail = 'advocate_review' or (t.detail = 'promise_uncovered' and t.owner = actor_person()));
      return query select s.family from service_event s where s.voided_at is null;
    end if;
  end $$;
CREATE FUNCTION public.actor_is(VARIADIC roles text[]) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select coalesce(actor_role() = any (roles), false) $$;
CREATE FUNCTION public.actor_is_staff() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select actor_is('worker', 'command') or (actor_is('coordinator') and actor_team() is null) $$;
CREATE FUNCTION public.actor_matches() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select covered_matches();
      return query select m.id from match m where m.volunteer = any (array(select actor_volunteers()))
        and m.status in ('proposed_to_volunteer', 'accepted', 'family_notified', 'introduced', 'active', 'paused',
          'transferring', 'closing');
    end if;
  end $$;
CREATE FUNCTION public.actor_opening() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('actor.opening', true), '')::uuid $$;
CREATE FUNCTION public.actor_people() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
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
CREATE FUNCTION public.actor_person() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('actor.person', true), '')::uuid $$;
CREATE FUNCTION public.actor_role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select current_setting('actor.role', true) $$;
CREATE FUNCTION public.actor_team() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('actor.team', true), '')::uuid $$;
CREATE FUNCTION public.actor_volunteer() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ select nullif(current_setting('actor.volunteer', true), '')::uuid $$;
CREATE FUNCTION public.actor_volunteers() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_volunteer() is not null then
      return next actor_volunteer();
    end if;
    if actor_is('team_lead', 'coordinator') then
      return query select v.id from volunteer v where v.person = any (array(select actor_people()));
    end if;
  end $$;
CREATE FUNCTION public.audit_event_waits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  begin
    insert into audit_unsealed (seq, event) select seq, id from added;
    return null;
  end $$;
CREATE FUNCTION public.closes_a_debrief() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  declare hers constant boolean := coalesce(new.volunteer = actor_volunteer(), false);
  begin
    if row_security_active(tg_relid) and not actor_is('worker', 'command') and not (
      old.done_at is null and old.waived_at is null and new.due_at = old.due_at and new.call = old.call
      and (new.waived_at is null or hers)
      and (new.done_at is null or (not hers and actor_is('coordinator', 'team_lead')))
      and (new.done_by is null or new.done_by = actor_person()))
    then
      raise insufficient_privilege using message = 'this debrief is not the actor''s to close';
    end if;
    return new;
  end $$;
CREATE FUNCTION public.covered_matches() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select c.match from cover_call c join cover_person p on p.id = c.cover
        where c.volunteer = actor_volunteer() and c.ended_at is null and c.until_at > now() and p.ended_at is null;
    end if;
  end $$;
CREATE FUNCTION public.family_state(family_id uuid) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$ select sha256(convert_to(concat_ws(chr(10), s::text,
    (select string_agg(x::text, chr(10) order by x.id) from contact x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from contact_phone x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from consent x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from blocked_person x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from incident x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from support_request x where x.family = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from task x where x.family = s.id)), 'UTF8'))
  from family s where s.id = family_id $$;
CREATE FUNCTION public.managed_families() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_is('coordinator') then
      return query select actor_families();
    end if;
  end $$;
CREATE FUNCTION public.managed_volunteers() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'public', 'pg_temp'
    AS $$ begin
    if actor_is('coordinator') and actor_team() is not null then
      return query select v.id from volunteer v join person p on p.id = v.person where p.team = actor_team();
    end if;
  end $$;
CREATE FUNCTION public.move_to_team(moved uuid, to_team uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ update person set team = to_team
    where id = moved and role in ('volunteer', 'team_lead') and anonymised_at is null and actor_is_staff()
    returning true $$;
CREATE FUNCTION public.one_at_this_number(index bytea) RETURNS void
    LANGUAGE sql
    AS $$ select pg_advisory_xact_lock(hashtextextended(encode(index, 'hex'), 0)) $$;
CREATE FUNCTION public.only_by() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    if row_security_active(tg_relid) and not actor_is(variadic tg_argv) then
      raise insufficient_privilege using message = format('not every column of %I is the actor''s to change', tg_table_name);
    end if;
    return new;
  end $$;
CREATE FUNCTION public.only_of_ones_own() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    if row_security_active(tg_relid) and not actor_is_staff() and not new.duplicate_of in (select actor_families()) then
      raise insufficient_privilege using message = 'the family that stays is not the actor''s';
    end if;
    return new;
  end $$;
CREATE FUNCTION public.only_staff() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    if row_security_active(tg_relid) and not actor_is_staff() then
      raise insufficient_privilege using message = format('not every column of %I is the actor''s to change', tg_table_name);
    end if;
    return new;
  end $$;
CREATE FUNCTION public.opened_families() RETURNS SETOF uuid
    LANGUAGE sql STABLE ROWS 1
    AS $$ select family from break_glass where id = actor_opening() and person = actor_person() and expires_at > now() $$;
CREATE FUNCTION public.stand_still(family_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ select from family where id = family_id for share $$;
CREATE FUNCTION public.take_back(row_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  declare
    it record;
    person_id uuid;
  begin
    select r.volunteer, r.family, r.made_hash, i.imported_at, i.person as importer into it
      from imported_row r join csv_import i on i.id = r.upload
      where r.id = row_id and i.imported_at > now() - interval '24 hours'
      and (actor_is('command') or (i.person = actor_person() and actor_is('coordinator') and actor_team() is null));
    if it.volunteer is not null then
      select person into person_id from volunteer where id = it.volunteer for update;
      perform from person where id = person_id for update;
      perform from lived_experience where volunteer = it.volunteer for update;
      if volunteer_state(it.volunteer) is distinct from it.made_hash or not exists (
        select from person where id = person_id and created_at = it.imported_at and password_hash is null)
      then
        raise restrict_violation using message = 'changed since, or not of this import';
      end if;
      delete from lived_experience where volunteer = it.volunteer;
      delete from volunteer where id = it.volunteer;
      delete from person where id = person_id;
    elsif it.family is not null then
      perform from family where id = it.family for update;
      perform from contact where family = it.family for update;
      perform from contact_phone where family = it.family for update;
      perform from consent where family = it.family for update;
      perform from blocked_person where family = it.family for update;
      perform from incident where family = it.family for update;
      perform from support_request where family = it.family for update;
      perform from task where family = it.family for update;
      if family_state(it.family) is distinct from it.made_hash or (
        select bool_and(created_at = it.imported_at and entered_by is not distinct from it.importer)
        from support_request where family = it.family) is not true
      then
        raise restrict_violation using message = 'changed since, or not of this import';
      end if;
      delete from task where family = it.family;
      delete from support_request where family = it.family;
      delete from incident where family = it.family;
      delete from consent where family = it.family;
      delete from blocked_person where family = it.family;
      delete from contact_phone where family = it.family;
      delete from contact where family = it.family;
      delete from family where id = it.family;
    else
      raise restrict_violation using message = 'not a row of an import of hers in its day';
    end if;
  end $$;
CREATE FUNCTION public.volunteer_state(volunteer_id uuid) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$ select sha256(convert_to(concat_ws(chr(10), s::text,
    (select p::text from person p where p.id = s.person),
    (select string_agg(x::text, chr(10) order by x.id) from lived_experience x where x.volunteer = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from credential x where x.volunteer = s.id),
    (select string_agg(x::text, chr(10) order by x.id) from time_away x where x.volunteer = s.id)), 'UTF8'))
  from volunteer s where s.id = volunteer_id $$;
CREATE FUNCTION public.wake_worker() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin perform pg_notify('teamhope_wake', ''); return null; end $$;
CREATE TABLE public.activity (
    id uuid NOT NULL,
    volunteer uuid NOT NULL,
    kind text NOT NULL,
    happened_on date NOT NULL,
    minutes smallint NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    voided_at timestamp with time zone,
    voided_by uuid,
    CONSTRAINT activity_check CHECK ((happened_on <= (((recorded_at AT TIME ZONE 'UTC'::text))::date + 1))),
    CONSTRAINT activity_check1 CHECK (((voided_at IS NOT NULL) OR (voided_by IS NULL))),
    CONSTRAINT activity_happened_on_check CHECK ((happened_on >= '2000-01-01'::date)),
    CONSTRAINT activity_kind_check CHECK ((kind = ANY (ARRAY['training'::text, 'debrief'::text, 'other'::text]))),
    CONSTRAINT activity_minutes_check CHECK (((minutes >= 1) AND (minutes <= 1440)))
);
CREATE TABLE public.api_token (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    label text NOT NULL,
    person uuid,
    role text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT api_token_check CHECK (((person IS NULL) <> (role IS NULL))),
    CONSTRAINT api_token_check1 CHECK ((expires_at > created_at)),
    CONSTRAINT api_token_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80))),
    CONSTRAINT api_token_role_check CHECK ((role = ANY (ARRAY['coordinator'::text, 'leadership'::text, 'auditor'::text])))
);
CREATE TABLE public.audit_event (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_role text NOT NULL,
    actor_person uuid,
    actor_name text DEFAULT ''::text NOT NULL,
    act text NOT NULL,
    subject_kind text NOT NULL,
    subject uuid,
    reason text,
    hmac bytea NOT NULL,
    CONSTRAINT audit_event_reason_check CHECK ((reason ~ '^[A-Za-z0-9_.:+-]{1,80}$'::text))
);
ALTER TABLE public.audit_event ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_event_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_seal (
    number bigint NOT NULL,
    month date NOT NULL,
    events uuid[] NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    previous bytea NOT NULL,
    hmac bytea NOT NULL,
    dropped_at timestamp with time zone,
    dropped_hmac bytea,
    CONSTRAINT audit_seal_check CHECK (((dropped_at IS NULL) = (dropped_hmac IS NULL))),
    CONSTRAINT audit_seal_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT audit_seal_number_check CHECK ((number > 0))
);
CREATE TABLE public.audit_unsealed (
    seq bigint NOT NULL,
    event uuid NOT NULL
);
CREATE TABLE public.call (
    id uuid NOT NULL,
    follow_up uuid,
    match uuid,
    family uuid NOT NULL,
    contact uuid,
    volunteer uuid,
    direction text NOT NULL,
    channel text NOT NULL,
    placed_via text NOT NULL,
    outcome text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    talk_seconds integer,
    language text NOT NULL,
    topics text[] DEFAULT '{}'::text[] NOT NULL,
    needs text[] DEFAULT '{}'::text[] NOT NULL,
    emotional_load smallint,
    callback_at timestamp with time zone,
    escalation_level text,
    answered_by text,
    note bytea,
    logged_at timestamp with time zone NOT NULL,
    logged_by uuid,
    idempotency_key text,
    corrects uuid,
    voided_at timestamp with time zone,
    voided_by uuid,
    void_reason text,
    counted_on date NOT NULL,
    counted_case_type text NOT NULL,
    counted_relation text,
    counted_state text,
    CONSTRAINT call_answered_by_check CHECK ((answered_by = ANY (ARRAY['other_parent'::text, 'household_adult'::text, 'child'::text, 'unknown'::text]))),
    CONSTRAINT call_channel_check CHECK ((channel = ANY (ARRAY['voice'::text, 'video'::text, 'sms_thread'::text, 'in_person'::text]))),
    CONSTRAINT call_check CHECK ((corrects <> id)),
    CONSTRAINT call_check1 CHECK (((voided_at IS NULL) = (void_reason IS NULL))),
    CONSTRAINT call_check2 CHECK (((direction = 'inbound'::text) <= (outcome = ANY (ARRAY['inbound_received'::text, 'inbound_missed'::text, 'crisis_escalated'::text])))),
    CONSTRAINT call_check3 CHECK (((outcome = ANY (ARRAY['inbound_received'::text, 'inbound_missed'::text])) <= (direction = 'inbound'::text))),
    CONSTRAINT call_direction_check CHECK ((direction = ANY (ARRAY['outbound'::text, 'inbound'::text]))),
    CONSTRAINT call_emotional_load_check CHECK (((emotional_load >= 1) AND (emotional_load <= 5))),
    CONSTRAINT call_escalation_level_check CHECK ((escalation_level = ANY (ARRAY['imminent'::text, 'urgent'::text, 'concern'::text]))),
    CONSTRAINT call_idempotency_key_check CHECK (((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 80))),
    CONSTRAINT call_outcome_check CHECK ((outcome = ANY (ARRAY['reached'::text, 'reached_brief'::text, 'callback_requested'::text, 'left_voicemail'::text, 'voicemail_not_left'::text, 'message_with_person'::text, 'no_answer'::text, 'busy'::text, 'call_failed'::text, 'wrong_number'::text, 'disconnected'::text, 'language_barrier'::text, 'declined_today'::text, 'declined_service'::text, 'third_party_refused'::text, 'ended_for_safety'::text, 'crisis_escalated'::text, 'inbound_received'::text, 'inbound_missed'::text]))),
    CONSTRAINT call_placed_via_check CHECK ((placed_via = ANY (ARRAY['masked_bridge'::text, 'own_phone_logged'::text, 'program_line'::text]))),
    CONSTRAINT call_talk_seconds_check CHECK (((talk_seconds >= 0) AND (talk_seconds <= 86400)))
);
CREATE VIEW public.audited_call WITH (security_barrier='true') AS
 SELECT id,
    started_at,
    outcome,
    talk_seconds,
    logged_at
   FROM public.call k
  WHERE ((voided_at IS NULL) AND (NOT (EXISTS ( SELECT
           FROM public.call later
          WHERE (later.corrects = k.id)))) AND public.actor_is(VARIADIC ARRAY['auditor'::text, 'command'::text]));
CREATE TABLE public.authenticator (
    id uuid NOT NULL,
    person uuid NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.blocked_person (
    id uuid NOT NULL,
    family uuid NOT NULL,
    name bytea,
    phone bytea,
    phone_index bytea,
    relation bytea NOT NULL,
    scope text NOT NULL,
    reason text,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by uuid,
    end_reason text,
    CONSTRAINT blocked_person_check CHECK (((name IS NOT NULL) OR (phone IS NOT NULL))),
    CONSTRAINT blocked_person_check1 CHECK (((phone IS NULL) = (phone_index IS NULL))),
    CONSTRAINT blocked_person_check2 CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT blocked_person_end_reason_check CHECK ((end_reason = ANY (ARRAY['family_asked'::text, 'mistake'::text, 'danger_over'::text, 'other'::text]))),
    CONSTRAINT blocked_person_reason_check CHECK ((reason = ANY (ARRAY['abuser'::text, 'suspect'::text, 'estranged'::text, 'asked'::text, 'other'::text]))),
    CONSTRAINT blocked_person_scope_check CHECK ((scope = ANY (ARRAY['no_contact'::text, 'no_release'::text, 'no_call_leg'::text])))
);
CREATE TABLE public.break_glass (
    id uuid NOT NULL,
    person uuid NOT NULL,
    family uuid NOT NULL,
    reason text NOT NULL,
    words bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    reviewed_by uuid,
    reviewed_at timestamp with time zone,
    CONSTRAINT break_glass_check CHECK ((expires_at > opened_at)),
    CONSTRAINT break_glass_check1 CHECK ((reviewed_by <> person)),
    CONSTRAINT break_glass_check2 CHECK (((reviewed_by IS NULL) = (reviewed_at IS NULL))),
    CONSTRAINT break_glass_reason_check CHECK ((reason = ANY (ARRAY['danger_now'::text, 'coordinator_absent'::text, 'technical_fault'::text, 'complaint'::text])))
);
CREATE TABLE public.cadence_settings (
    id uuid NOT NULL,
    version integer NOT NULL,
    rhythms jsonb NOT NULL,
    ladders jsonb NOT NULL,
    days jsonb NOT NULL,
    weekdays_from time without time zone NOT NULL,
    weekdays_until time without time zone NOT NULL,
    saturday_from time without time zone,
    saturday_until time without time zone,
    sunday_from time without time zone,
    sunday_until time without time zone,
    gap_hours smallint NOT NULL,
    calls_a_week smallint NOT NULL,
    first_calls_a_week smallint NOT NULL,
    voicemail_hours smallint NOT NULL,
    changed_by uuid,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT cadence_settings_calls_a_week_check CHECK (((calls_a_week >= 1) AND (calls_a_week <= 7))),
    CONSTRAINT cadence_settings_check CHECK (((weekdays_until <= '21:00:00'::time without time zone) AND (weekdays_until >= (weekdays_from + '00:45:00'::interval)))),
    CONSTRAINT cadence_settings_check1 CHECK (((saturday_until <= '21:00:00'::time without time zone) AND (saturday_until >= (saturday_from + '00:45:00'::interval)))),
    CONSTRAINT cadence_settings_check2 CHECK (((sunday_until <= '21:00:00'::time without time zone) AND (sunday_until >= (sunday_from + '00:45:00'::interval)))),
    CONSTRAINT cadence_settings_check3 CHECK (((saturday_from IS NULL) = (saturday_until IS NULL))),
    CONSTRAINT cadence_settings_check4 CHECK (((sunday_from IS NULL) = (sunday_until IS NULL))),
    CONSTRAINT cadence_settings_days_check CHECK ((jsonb_typeof(days) = 'object'::text)),
    CONSTRAINT cadence_settings_first_calls_a_week_check CHECK (((first_calls_a_week >= 1) AND (first_calls_a_week <= 7))),
    CONSTRAINT cadence_settings_gap_hours_check CHECK (((gap_hours >= 12) AND (gap_hours <= 168))),
    CONSTRAINT cadence_settings_ladders_check CHECK (((jsonb_typeof(ladders) = 'object'::text) AND (NOT jsonb_path_exists(ladders, '$."first_contact"[*]?(@ < 0 || @ > 6)'::jsonpath)) AND (NOT jsonb_path_exists(ladders, '$."routine"[*]?(@ < 0 || @ > 6)'::jsonpath)))),
    CONSTRAINT cadence_settings_rhythms_check CHECK (((jsonb_typeof(rhythms) = 'object'::text) AND (NOT jsonb_path_exists(rhythms, '$."cadences".*."days"[*]?(@ < 1 || @ > 730)'::jsonpath)) AND (NOT jsonb_path_exists(rhythms, '$."cadences".*."then_every"?(@ < 7 || @ > 730)'::jsonpath)) AND (NOT jsonb_path_exists(rhythms, '$."keep_in_touch"[*]?(@ < 7 || @ > 730)'::jsonpath)))),
    CONSTRAINT cadence_settings_saturday_from_check CHECK (((saturday_from >= '08:00:00'::time without time zone) AND (saturday_from <= '20:15:00'::time without time zone))),
    CONSTRAINT cadence_settings_sunday_from_check CHECK (((sunday_from >= '08:00:00'::time without time zone) AND (sunday_from <= '20:15:00'::time without time zone))),
    CONSTRAINT cadence_settings_version_check CHECK ((version > 0)),
    CONSTRAINT cadence_settings_voicemail_hours_check CHECK (((voicemail_hours >= 24) AND (voicemail_hours <= 336))),
    CONSTRAINT cadence_settings_weekdays_from_check CHECK (((weekdays_from >= '08:00:00'::time without time zone) AND (weekdays_from <= '20:15:00'::time without time zone)))
);
CREATE TABLE public.calendar_feed (
    secret_hash bytea NOT NULL,
    volunteer uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.call_difference (
    id uuid NOT NULL,
    kind text NOT NULL,
    phone_call uuid,
    call uuid,
    provider_sid text,
    started_at timestamp with time zone NOT NULL,
    listed_seconds integer,
    found_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    settled_by uuid,
    CONSTRAINT call_difference_check CHECK ((num_nonnulls(phone_call, call, provider_sid) = 1)),
    CONSTRAINT call_difference_check1 CHECK (((kind = 'not_logged'::text) = (phone_call IS NOT NULL))),
    CONSTRAINT call_difference_check2 CHECK (((kind = 'unknown_call'::text) = (provider_sid IS NOT NULL))),
    CONSTRAINT call_difference_check3 CHECK (((kind = 'not_carried'::text) = (listed_seconds IS NULL))),
    CONSTRAINT call_difference_check4 CHECK (((settled_at IS NULL) = (settled_by IS NULL))),
    CONSTRAINT call_difference_kind_check CHECK ((kind = ANY (ARRAY['not_logged'::text, 'not_carried'::text, 'minutes_differ'::text, 'unknown_call'::text]))),
    CONSTRAINT call_difference_listed_seconds_check CHECK ((listed_seconds >= 0))
);
CREATE TABLE public.call_draft (
    id uuid NOT NULL,
    person uuid NOT NULL,
    follow_up uuid NOT NULL,
    note bytea NOT NULL,
    version integer NOT NULL,
    form_key uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT call_draft_version_check CHECK ((version > 0))
);
CREATE TABLE public.calling_pin (
    id uuid NOT NULL,
    pin_index bytea NOT NULL,
    volunteer uuid,
    contact uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT calling_pin_check CHECK ((num_nonnulls(volunteer, contact) = 1))
);
CREATE TABLE public.compared_day (
    local_date date NOT NULL,
    placed integer NOT NULL,
    logged_in_time integer NOT NULL,
    compared_at timestamp with time zone NOT NULL,
    CONSTRAINT compared_day_check CHECK (((logged_in_time >= 0) AND (logged_in_time <= placed))),
    CONSTRAINT compared_day_placed_check CHECK ((placed >= 0))
);
CREATE TABLE public.consent (
    id uuid NOT NULL,
    family uuid NOT NULL,
    contact uuid NOT NULL,
    kind text NOT NULL,
    granted boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    method text NOT NULL,
    wording_version text NOT NULL,
    language text NOT NULL,
    recorded_by uuid,
    recipient bytea,
    purpose bytea,
    expires_on date,
    takes_back uuid,
    CONSTRAINT consent_check CHECK (
CASE
    WHEN ((kind = 'release_to_third_party'::text) AND granted) THEN ((recipient IS NOT NULL) AND (purpose IS NOT NULL) AND (expires_on IS NOT NULL) AND (method = 'written'::text) AND (((expires_on - ((at AT TIME ZONE 'UTC'::text))::date) >= '-1'::integer) AND ((expires_on - ((at AT TIME ZONE 'UTC'::text))::date) <= 366)))
    ELSE ((recipient IS NULL) AND (purpose IS NULL) AND (expires_on IS NULL))
END),
    CONSTRAINT consent_check1 CHECK (((takes_back IS NOT NULL) = ((kind = 'release_to_third_party'::text) AND (NOT granted)))),
    CONSTRAINT consent_kind_check CHECK ((kind = ANY (ARRAY['peer_match'::text, 'share_profile_with_volunteer'::text, 'voice_call'::text, 'voicemail'::text, 'sms_reminder'::text, 'email'::text, 'release_to_third_party'::text, 'handover_facts'::text, 'handover_note'::text]))),
    CONSTRAINT consent_method_check CHECK ((method = ANY (ARRAY['verbal_recorded_by_staff'::text, 'web_form'::text, 'sms_keyword'::text, 'written'::text]))),
    CONSTRAINT consent_wording_version_check CHECK (((length(wording_version) >= 1) AND (length(wording_version) <= 40)))
);
CREATE TABLE public.contact (
    id uuid NOT NULL,
    family uuid NOT NULL,
    first_name bytea NOT NULL,
    first_name_index bytea,
    relation text NOT NULL,
    adult boolean DEFAULT true NOT NULL,
    timezone text,
    languages jsonb NOT NULL,
    windows jsonb DEFAULT '[]'::jsonb NOT NULL,
    shared_with bytea,
    if_someone_else_answers text DEFAULT 'hang_up'::text NOT NULL,
    code_word bytea,
    answers_blocked_numbers boolean DEFAULT false NOT NULL,
    contact_preference text DEFAULT 'program_calls'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT contact_contact_preference_check CHECK ((contact_preference = ANY (ARRAY['program_calls'::text, 'they_call_us'::text]))),
    CONSTRAINT contact_if_someone_else_answers_check CHECK ((if_someone_else_answers = ANY (ARRAY['hang_up'::text, 'ask_for_contact'::text, 'say_agreed_words'::text])))
);
CREATE TABLE public.contact_phone (
    id uuid NOT NULL,
    contact uuid NOT NULL,
    family uuid NOT NULL,
    number bytea NOT NULL,
    number_index bytea NOT NULL,
    kind text DEFAULT 'mobile'::text NOT NULL,
    safe_to_call boolean DEFAULT false NOT NULL,
    voicemail text DEFAULT 'none'::text NOT NULL,
    agreed_words bytea,
    safe_to_text boolean DEFAULT false NOT NULL,
    only_i_see_this_phone boolean DEFAULT false NOT NULL,
    confirmed_on date NOT NULL,
    stopped_at timestamp with time zone,
    stop_reason text,
    no_time_in_text boolean DEFAULT false NOT NULL,
    CONSTRAINT contact_phone_check CHECK (((voicemail = 'agreed_words'::text) = (agreed_words IS NOT NULL))),
    CONSTRAINT contact_phone_check1 CHECK (((NOT safe_to_text) OR only_i_see_this_phone)),
    CONSTRAINT contact_phone_check2 CHECK (((stopped_at IS NULL) = (stop_reason IS NULL))),
    CONSTRAINT contact_phone_kind_check CHECK ((kind = ANY (ARRAY['mobile'::text, 'home'::text, 'work'::text, 'other'::text]))),
    CONSTRAINT contact_phone_voicemail_check CHECK ((voicemail = ANY (ARRAY['none'::text, 'agreed_words'::text])))
);
CREATE TABLE public.family (
    id uuid NOT NULL,
    family_no text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    primary_language text,
    state text,
    country text DEFAULT 'US'::text NOT NULL,
    timezone text,
    intake_source text NOT NULL,
    duplicate_of uuid,
    team uuid,
    held_at timestamp with time zone,
    held_by uuid,
    hold_reason text,
    hold_until date,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT family_check CHECK ((duplicate_of <> id)),
    CONSTRAINT family_check1 CHECK (((held_at IS NOT NULL) OR ((held_by IS NULL) AND (hold_reason IS NULL) AND (hold_until IS NULL)))),
    CONSTRAINT family_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT family_hold_reason_check CHECK ((hold_reason = ANY (ARRAY['death'::text, 'recovery'::text, 'court_date'::text, 'media'::text, 'threat'::text, 'other'::text]))),
    CONSTRAINT family_intake_source_check CHECK ((intake_source = ANY (ARRAY['hotline_call_center'::text, 'advocate'::text, 'case_manager'::text, 'law_enforcement'::text, 'faon_member'::text, 'self_referral_web'::text, 'self_referral_phone'::text, 'other_nonprofit'::text]))),
    CONSTRAINT family_state_check CHECK ((state ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT family_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text, 'anonymised'::text])))
);
CREATE VIEW public.counted_call WITH (security_barrier='true') AS
 SELECT k.id,
    k.counted_on,
    k.direction,
    k.channel,
    k.outcome,
    k.talk_seconds,
    k.language,
    k.volunteer,
    k.contact,
    COALESCE(f.duplicate_of, f.id) AS family,
    k.counted_case_type AS case_type,
    k.counted_relation AS relation,
    k.counted_state AS state
   FROM (public.call k
     JOIN public.family f ON ((f.id = k.family)))
  WHERE ((k.voided_at IS NULL) AND (NOT (EXISTS ( SELECT
           FROM public.call later
          WHERE (later.corrects = k.id)))) AND public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'worker'::text, 'command'::text]));
CREATE TABLE public.faon_member (
    id uuid NOT NULL,
    name bytea NOT NULL,
    kind text NOT NULL,
    licence_required boolean DEFAULT true NOT NULL,
    direct_services boolean NOT NULL,
    fee_modes text[] NOT NULL,
    joined_on date NOT NULL,
    left_on date,
    left_how text,
    contact_confirmed_on date,
    attested_on date,
    voided_at timestamp with time zone,
    CONSTRAINT faon_member_check CHECK (((left_on IS NULL) = (left_how IS NULL))),
    CONSTRAINT faon_member_check1 CHECK ((left_on >= joined_on)),
    CONSTRAINT faon_member_kind_check CHECK ((kind = ANY (ARRAY['individual_clinician'::text, 'clinician_group'::text, 'organisation'::text]))),
    CONSTRAINT faon_member_left_how_check CHECK ((left_how = ANY (ARRAY['withdrawn'::text, 'removed'::text])))
);
CREATE TABLE public.faon_participation (
    id uuid NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL,
    happened_on date NOT NULL,
    CONSTRAINT faon_participation_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'online_training'::text])))
);
CREATE TABLE public.faon_proof (
    id uuid NOT NULL,
    member uuid NOT NULL,
    kind text NOT NULL,
    number bytea,
    verified_on date NOT NULL,
    expires_on date,
    passed boolean DEFAULT true NOT NULL,
    CONSTRAINT faon_proof_kind_check CHECK ((kind = ANY (ARRAY['vetting'::text, 'licence'::text, 'judgment_check'::text, 'insurance'::text])))
);
CREATE TABLE public.faon_request (
    id uuid NOT NULL,
    member uuid NOT NULL,
    sent_on date NOT NULL,
    due_on date NOT NULL,
    answered_on date,
    answer text,
    CONSTRAINT faon_request_answer_check CHECK ((answer = ANY (ARRAY['accept'::text, 'decline'::text, 'info'::text]))),
    CONSTRAINT faon_request_check CHECK ((due_on >= sent_on)),
    CONSTRAINT faon_request_check1 CHECK (((answered_on IS NULL) = (answer IS NULL)))
);
CREATE VIEW public.counted_faon_member WITH (security_barrier='true') AS
 SELECT id,
    kind,
    licence_required,
    direct_services,
    fee_modes,
    joined_on,
    left_on,
    left_how,
    contact_confirmed_on,
    attested_on,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', p.kind, 'verified_on', p.verified_on, 'expires_on', p.expires_on, 'passed', p.passed)), '[]'::jsonb) AS "coalesce"
           FROM public.faon_proof p
          WHERE (p.member = m.id)) AS proofs,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', p.kind, 'happened_on', p.happened_on)), '[]'::jsonb) AS "coalesce"
           FROM public.faon_participation p
          WHERE (p.member = m.id)) AS participations,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('sent_on', q.sent_on, 'due_on', q.due_on, 'answered_on', q.answered_on, 'answer', q.answer) ORDER BY q.sent_on), '[]'::jsonb) AS "coalesce"
           FROM public.faon_request q
          WHERE (q.member = m.id)) AS requests
   FROM public.faon_member m
  WHERE ((voided_at IS NULL) AND public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'advocate'::text, 'worker'::text, 'command'::text]));
CREATE TABLE public.match (
    id uuid NOT NULL,
    request uuid NOT NULL,
    family uuid NOT NULL,
    contact uuid,
    volunteer uuid NOT NULL,
    status text NOT NULL,
    status_since timestamp with time zone NOT NULL,
    proposed_by uuid,
    by_optimizer boolean DEFAULT false NOT NULL,
    score smallint,
    score_breakdown jsonb DEFAULT '{}'::jsonb NOT NULL,
    weights_version text NOT NULL,
    override_reason bytea,
    proposed_at timestamp with time zone NOT NULL,
    answer_due_at timestamp with time zone,
    accepted_at timestamp with time zone,
    introduced_at timestamp with time zone,
    first_conversation_at timestamp with time zone,
    closed_at timestamp with time zone,
    close_reason text,
    waiting_since timestamp with time zone,
    counted_offered_on date NOT NULL,
    counted_accepted_on date,
    counted_wait_minutes integer,
    counted_language text,
    counted_concordant boolean DEFAULT false NOT NULL,
    counted_rematch boolean DEFAULT false NOT NULL,
    CONSTRAINT match_check CHECK (((status = 'closed'::text) = ((closed_at IS NOT NULL) AND (close_reason IS NOT NULL)))),
    CONSTRAINT match_check1 CHECK (((accepted_at IS NULL) = (counted_accepted_on IS NULL))),
    CONSTRAINT match_check2 CHECK (((counted_wait_minutes IS NULL) OR (counted_accepted_on IS NOT NULL))),
    CONSTRAINT match_close_reason_check CHECK ((close_reason = ANY (ARRAY['goals_met'::text, 'family_requested'::text, 'volunteer_requested'::text, 'poor_fit_rematch'::text, 'unable_to_contact'::text, 'case_resolved'::text, 'volunteer_left'::text, 'safety'::text, 'duplicate'::text, 'deceased_contact'::text, 'moved_to_professional_care'::text]))),
    CONSTRAINT match_counted_wait_minutes_check CHECK ((counted_wait_minutes >= 0)),
    CONSTRAINT match_score_check CHECK (((score >= 0) AND (score <= 100))),
    CONSTRAINT match_status_check CHECK ((status = ANY (ARRAY['suggested'::text, 'proposed_to_volunteer'::text, 'accepted'::text, 'family_notified'::text, 'introduced'::text, 'active'::text, 'paused'::text, 'transferring'::text, 'unable_to_contact'::text, 'closing'::text, 'closed'::text, 'rejected_by_coordinator'::text, 'declined_by_volunteer'::text, 'expired'::text])))
);
CREATE VIEW public.counted_match WITH (security_barrier='true') AS
 SELECT m.id,
    m.counted_offered_on AS offered_on,
    m.counted_accepted_on AS accepted_on,
    m.counted_wait_minutes AS wait_minutes,
    m.counted_language AS language,
    m.counted_concordant AS concordant,
    m.counted_rematch AS rematch,
    COALESCE(f.duplicate_of, f.id) AS family
   FROM (public.match m
     JOIN public.family f ON ((f.id = m.family)))
  WHERE ((m.close_reason IS DISTINCT FROM 'duplicate'::text) AND public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'worker'::text, 'command'::text]));
CREATE TABLE public.follow_up (
    id uuid NOT NULL,
    plan uuid NOT NULL,
    match uuid NOT NULL,
    family uuid NOT NULL,
    volunteer uuid NOT NULL,
    seq smallint NOT NULL,
    status text NOT NULL,
    timezone text NOT NULL,
    local_date date NOT NULL,
    local_start time without time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    window_end_at timestamp with time zone NOT NULL,
    original_due_at timestamp with time zone NOT NULL,
    attempts_used smallint DEFAULT 0 NOT NULL,
    asked_callback boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    waits_since timestamp with time zone,
    count_again_at timestamp with time zone,
    counted_on date,
    counted_promise text,
    counted_on_time boolean,
    CONSTRAINT follow_up_attempts_used_check CHECK ((attempts_used >= 0)),
    CONSTRAINT follow_up_check CHECK ((window_end_at > due_at)),
    CONSTRAINT follow_up_check1 CHECK (((counted_on IS NULL) = (counted_promise IS NULL))),
    CONSTRAINT follow_up_check2 CHECK (((counted_on_time IS NULL) OR (counted_on IS NOT NULL))),
    CONSTRAINT follow_up_counted_promise_check CHECK ((counted_promise = ANY (ARRAY['kept'::text, 'late'::text, 'missed'::text]))),
    CONSTRAINT follow_up_seq_check CHECK ((seq >= 0)),
    CONSTRAINT follow_up_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'due'::text, 'in_progress'::text, 'retry_wait'::text, 'completed'::text, 'missed'::text, 'skipped'::text, 'escalated_to_coordinator'::text, 'suspended'::text, 'cancelled'::text])))
);
CREATE VIEW public.counted_promise WITH (security_barrier='true') AS
 SELECT p.id,
    p.counted_on AS promised_on,
    p.counted_promise AS became,
    p.counted_on_time AS on_time,
    COALESCE(f.duplicate_of, f.id) AS family
   FROM (public.follow_up p
     JOIN public.family f ON ((f.id = p.family)))
  WHERE ((p.counted_on IS NOT NULL) AND public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'worker'::text, 'command'::text]));
CREATE TABLE public.service_event (
    id uuid NOT NULL,
    family uuid NOT NULL,
    program text NOT NULL,
    happened_on date NOT NULL,
    status text NOT NULL,
    voided_at timestamp with time zone,
    void_reason text,
    CONSTRAINT service_event_check CHECK (((voided_at IS NULL) = (void_reason IS NULL))),
    CONSTRAINT service_event_program_check CHECK ((program = ANY (ARRAY['mental_health_support'::text, 'crisis_intervention'::text, 'reunification_assistance'::text, 'attorney_referral'::text, 'content_removal_guidance'::text, 'faon_referral'::text, 'resource_sent'::text]))),
    CONSTRAINT service_event_status_check CHECK ((status = ANY (ARRAY['completed'::text, 'attempted'::text])))
);
CREATE VIEW public.counted_service_event WITH (security_barrier='true') AS
 SELECT s.id,
    s.program,
    s.happened_on,
    COALESCE(f.duplicate_of, f.id) AS family
   FROM (public.service_event s
     JOIN public.family f ON ((f.id = s.family)))
  WHERE ((s.status = 'completed'::text) AND (s.voided_at IS NULL) AND public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'advocate'::text, 'worker'::text, 'command'::text]));
CREATE TABLE public.cover_call (
    id uuid NOT NULL,
    cover uuid NOT NULL,
    follow_up uuid NOT NULL,
    match uuid NOT NULL,
    family uuid NOT NULL,
    volunteer uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT cover_call_check CHECK ((until_at > asked_at))
);
CREATE TABLE public.cover_person (
    id uuid NOT NULL,
    match uuid NOT NULL,
    family uuid NOT NULL,
    contact uuid NOT NULL,
    volunteer uuid NOT NULL,
    agreed_on date NOT NULL,
    method text NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by uuid,
    CONSTRAINT cover_person_method_check CHECK ((method = ANY (ARRAY['verbal_recorded_by_staff'::text, 'web_form'::text, 'sms_keyword'::text, 'written'::text])))
);
CREATE TABLE public.credential (
    id uuid NOT NULL,
    volunteer uuid NOT NULL,
    kind text NOT NULL,
    completed_on date NOT NULL,
    expires_on date,
    CONSTRAINT credential_check CHECK ((expires_on > completed_on)),
    CONSTRAINT credential_kind_check CHECK ((kind = ANY (ARRAY['background_check'::text, 'confidentiality_agreement'::text, 'core_training'::text, 'refresher_training'::text, 'suicide_awareness'::text, 'mandated_reporter_training'::text, 'survivor_training'::text, 'code_of_conduct'::text])))
);
CREATE TABLE public.csv_import (
    id uuid NOT NULL,
    kind text NOT NULL,
    person uuid,
    sheet bytea,
    uploaded_at timestamp with time zone NOT NULL,
    imported_at timestamp with time zone,
    left_out integer,
    taken_back integer,
    CONSTRAINT csv_import_check CHECK (((imported_at IS NULL) = (sheet IS NOT NULL))),
    CONSTRAINT csv_import_check1 CHECK (((imported_at IS NULL) = (left_out IS NULL))),
    CONSTRAINT csv_import_check2 CHECK (((taken_back IS NULL) OR (imported_at IS NOT NULL))),
    CONSTRAINT csv_import_kind_check CHECK ((kind = ANY (ARRAY['volunteers'::text, 'families'::text]))),
    CONSTRAINT csv_import_left_out_check CHECK ((left_out >= 0)),
    CONSTRAINT csv_import_sheet_check CHECK ((length(sheet) <= 2000000)),
    CONSTRAINT csv_import_taken_back_check CHECK ((taken_back >= 0))
);
CREATE TABLE public.debrief (
    id uuid NOT NULL,
    call uuid NOT NULL,
    volunteer uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    waived_at timestamp with time zone,
    done_by uuid,
    CONSTRAINT debrief_check CHECK ((num_nonnulls(done_at, waived_at) <= 1)),
    CONSTRAINT debrief_check1 CHECK (((done_by IS NULL) OR (done_at IS NOT NULL)))
);
CREATE TABLE public.erasure_request (
    id uuid NOT NULL,
    family uuid NOT NULL,
    asked_by uuid,
    asked_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone
);
CREATE TABLE public.escalation (
    id uuid NOT NULL,
    opened_by uuid,
    family uuid,
    match uuid,
    call uuid,
    level text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    where_now bytea,
    opened_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by uuid,
    help_confirmed_at timestamp with time zone,
    closed_at timestamp with time zone,
    closed_without_confirmation text,
    CONSTRAINT escalation_check CHECK (((status = 'open'::text) OR (acknowledged_at IS NOT NULL))),
    CONSTRAINT escalation_check1 CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT escalation_check2 CHECK (((status <> 'closed'::text) OR (help_confirmed_at IS NOT NULL) OR (closed_without_confirmation IS NOT NULL))),
    CONSTRAINT escalation_level_check CHECK ((level = ANY (ARRAY['imminent'::text, 'urgent'::text, 'concern'::text]))),
    CONSTRAINT escalation_status_check CHECK ((status = ANY (ARRAY['open'::text, 'acknowledged'::text, 'acting'::text, 'awaiting_confirmation'::text, 'closed'::text])))
);
CREATE TABLE public.escalation_step (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    escalation uuid NOT NULL,
    act text NOT NULL,
    by_person uuid,
    to_person uuid,
    happened_at timestamp with time zone NOT NULL,
    CONSTRAINT escalation_step_act_check CHECK ((act = ANY (ARRAY['acknowledged'::text, 'acting'::text, 'awaiting_confirmation'::text, 'closed'::text, 'taken_over'::text, 'passed_on'::text, 'told_where'::text, 'told_on_call'::text, 'told_coordinators'::text]))),
    CONSTRAINT escalation_step_check CHECK (((act = 'passed_on'::text) = (to_person IS NOT NULL)))
);
ALTER TABLE public.escalation_step ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.escalation_step_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.fallback_number (
    id uuid NOT NULL,
    number bytea,
    changed_by uuid,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.follow_up_move (
    id uuid NOT NULL,
    follow_up uuid NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    moved_by uuid,
    moved_for text NOT NULL,
    from_due_at timestamp with time zone NOT NULL,
    to_due_at timestamp with time zone NOT NULL,
    CONSTRAINT follow_up_move_moved_for_check CHECK ((moved_for = ANY (ARRAY['family'::text, 'volunteer'::text, 'staff'::text, 'retry'::text, 'hold'::text, 'zone'::text, 'zone_rules'::text])))
);
CREATE TABLE public.follow_up_plan (
    id uuid NOT NULL,
    match uuid NOT NULL,
    template text NOT NULL,
    timezone text NOT NULL,
    anchor_on date,
    next_index smallint DEFAULT 0 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    cadence_version integer,
    keep_in_touch_days smallint,
    CONSTRAINT follow_up_plan_keep_in_touch_days_check CHECK (((keep_in_touch_days >= 7) AND (keep_in_touch_days <= 730))),
    CONSTRAINT follow_up_plan_next_index_check CHECK ((next_index >= 0)),
    CONSTRAINT follow_up_plan_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'ended'::text]))),
    CONSTRAINT follow_up_plan_template_check CHECK ((template = ANY (ARRAY['standard'::text, 'acute'::text, 'long_term'::text, 'exploitation'::text, 'one_talk'::text, 'keep_in_touch'::text])))
);
CREATE TABLE public.handover (
    id uuid NOT NULL,
    match uuid NOT NULL,
    family uuid NOT NULL,
    topics text[] DEFAULT '{}'::text[] NOT NULL,
    helps text[] DEFAULT '{}'::text[] NOT NULL,
    note bytea,
    written_by uuid,
    written_at timestamp with time zone NOT NULL,
    CONSTRAINT handover_helps_check CHECK ((helps <@ ARRAY['listening'::text, 'clear_steps'::text, 'short_calls'::text, 'same_time'::text, 'silence'::text, 'no_questions'::text])),
    CONSTRAINT handover_topics_check CHECK ((cardinality(topics) <= 40))
);
CREATE VIEW public.handed_over WITH (security_barrier='true') AS
 SELECT h.id,
    mine.id AS match,
    h.written_at,
        CASE
            WHEN agreed.facts THEN h.topics
            ELSE '{}'::text[]
        END AS topics,
        CASE
            WHEN agreed.facts THEN h.helps
            ELSE '{}'::text[]
        END AS helps,
        CASE
            WHEN agreed.note THEN h.note
            ELSE NULL::bytea
        END AS note
   FROM (((public.match mine
     JOIN public.match before ON (((before.contact = mine.contact) AND (before.id = ( SELECT m.id
           FROM public.match m
          WHERE ((m.request = mine.request) AND (m.introduced_at < mine.introduced_at))
          ORDER BY m.introduced_at DESC
         LIMIT 1)))))
     JOIN public.handover h ON ((h.match = before.id)))
     CROSS JOIN LATERAL ( SELECT ( SELECT (c.granted AND (c.at >= before.introduced_at))
                   FROM public.consent c
                  WHERE ((c.contact = before.contact) AND (c.kind = 'handover_facts'::text))
                  ORDER BY c.at DESC, c.granted
                 LIMIT 1) AS facts,
            ( SELECT (c.granted AND (c.at > GREATEST(before.introduced_at, h.written_at)))
                   FROM public.consent c
                  WHERE ((c.contact = before.contact) AND (c.kind = 'handover_note'::text))
                  ORDER BY c.at DESC, c.granted
                 LIMIT 1) AS note) agreed)
  WHERE ((mine.volunteer = public.actor_volunteer()) AND (mine.status = ANY (ARRAY['introduced'::text, 'active'::text, 'paused'::text, 'transferring'::text, 'closing'::text])) AND (agreed.facts OR agreed.note));
CREATE TABLE public.imported_row (
    id uuid NOT NULL,
    upload uuid NOT NULL,
    number integer NOT NULL,
    volunteer uuid,
    family uuid,
    made_hash bytea NOT NULL,
    CONSTRAINT imported_row_check CHECK (((volunteer IS NULL) <> (family IS NULL))),
    CONSTRAINT imported_row_made_hash_check CHECK ((length(made_hash) = 32)),
    CONSTRAINT imported_row_number_check CHECK ((number > 1))
);
CREATE TABLE public.inbound_text (
    id uuid NOT NULL,
    provider_sid text NOT NULL,
    sender bytea,
    sender_index bytea NOT NULL,
    meaning text NOT NULL,
    words bytea,
    received_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    family uuid,
    volunteer uuid,
    read_by uuid,
    read_at timestamp with time zone,
    CONSTRAINT inbound_text_check CHECK (((words IS NULL) = (sender IS NULL))),
    CONSTRAINT inbound_text_check1 CHECK (((words IS NULL) OR (meaning <> 'stop'::text))),
    CONSTRAINT inbound_text_check2 CHECK (((words IS NULL) OR (read_at IS NULL))),
    CONSTRAINT inbound_text_check3 CHECK ((num_nonnulls(family, volunteer) <= 1)),
    CONSTRAINT inbound_text_meaning_check CHECK ((meaning = ANY (ARRAY['stop'::text, 'calls'::text, 'unsure'::text, 'help'::text, 'other'::text])))
);
CREATE TABLE public.incident (
    id uuid NOT NULL,
    family uuid NOT NULL,
    case_type text,
    subtypes text[] DEFAULT '{}'::text[] NOT NULL,
    trajectory text,
    event_month date,
    child_age_band text DEFAULT 'unknown'::text NOT NULL,
    child_gender text DEFAULT 'unknown'::text NOT NULL,
    CONSTRAINT incident_child_age_band_check CHECK ((child_age_band = ANY (ARRAY['0-4'::text, '5-8'::text, '9-12'::text, '13-15'::text, '16-17'::text, '18-20'::text, 'unknown'::text]))),
    CONSTRAINT incident_child_gender_check CHECK ((child_gender = ANY (ARRAY['girl'::text, 'boy'::text, 'another'::text, 'unknown'::text]))),
    CONSTRAINT incident_event_month_check CHECK ((EXTRACT(day FROM event_month) = (1)::numeric))
);
CREATE TABLE public.installation (
    id integer NOT NULL,
    demonstration boolean DEFAULT false NOT NULL,
    report_timezone text,
    restore_unfinished boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT installation_id_check CHECK ((id = 1))
);
CREATE TABLE public.known_connection (
    id uuid NOT NULL,
    family uuid NOT NULL,
    volunteer uuid NOT NULL,
    kind text NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by uuid,
    end_reason text,
    CONSTRAINT known_connection_check CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT known_connection_end_reason_check CHECK ((end_reason = ANY (ARRAY['mistake'::text, 'asked_both'::text, 'other'::text]))),
    CONSTRAINT known_connection_kind_check CHECK ((kind = ANY (ARRAY['same_incident'::text, 'same_family'::text, 'personally_known'::text, 'same_court_case'::text, 'other'::text])))
);
CREATE TABLE public.legal_hold (
    id uuid NOT NULL,
    family uuid NOT NULL,
    reason text NOT NULL,
    placed_by uuid,
    placed_at timestamp with time zone NOT NULL,
    lifted_by uuid,
    lifted_at timestamp with time zone,
    CONSTRAINT legal_hold_reason_check CHECK ((reason = ANY (ARRAY['subpoena'::text, 'court_order'::text, 'expected_litigation'::text, 'audit'::text])))
);
CREATE TABLE public.letter (
    id uuid NOT NULL,
    person uuid NOT NULL,
    kind text NOT NULL,
    link bytea,
    status text DEFAULT 'queued'::text NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    error_code text,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT letter_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT letter_check CHECK (((status = 'queued'::text) OR (link IS NULL))),
    CONSTRAINT letter_check1 CHECK (((status = 'queued'::text) = (ended_at IS NULL))),
    CONSTRAINT letter_kind_check CHECK ((kind = ANY (ARRAY['invitation'::text, 'reset'::text, 'break_glass'::text, 'call_for_help'::text]))),
    CONSTRAINT letter_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);
CREATE TABLE public.lived_experience (
    id uuid NOT NULL,
    volunteer uuid NOT NULL,
    case_type text NOT NULL,
    subtypes text[] DEFAULT '{}'::text[] NOT NULL,
    relation text NOT NULL,
    trajectory text,
    event_month date,
    child_age_band text DEFAULT 'unknown'::text NOT NULL,
    child_gender text DEFAULT 'unknown'::text NOT NULL,
    CONSTRAINT lived_experience_child_age_band_check CHECK ((child_age_band = ANY (ARRAY['0-4'::text, '5-8'::text, '9-12'::text, '13-15'::text, '16-17'::text, '18-20'::text, 'unknown'::text]))),
    CONSTRAINT lived_experience_child_gender_check CHECK ((child_gender = ANY (ARRAY['girl'::text, 'boy'::text, 'another'::text, 'unknown'::text]))),
    CONSTRAINT lived_experience_event_month_check CHECK ((EXTRACT(day FROM event_month) = (1)::numeric))
);
CREATE TABLE public.support_request (
    id uuid NOT NULL,
    family uuid NOT NULL,
    contact uuid,
    incident uuid NOT NULL,
    requested_on date NOT NULL,
    urgency text NOT NULL,
    match_mode text DEFAULT 'one_to_one'::text NOT NULL,
    preferences jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text NOT NULL,
    status_since timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    resume_on date,
    owner uuid,
    entered_by uuid,
    form_key uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT support_request_check CHECK (((status <> ALL (ARRAY['ready'::text, 'matching'::text, 'matched'::text, 'active'::text, 'waitlisted'::text])) OR (ready_at IS NOT NULL))),
    CONSTRAINT support_request_check1 CHECK (((status = 'on_hold'::text) = (resume_on IS NOT NULL))),
    CONSTRAINT support_request_match_mode_check CHECK ((match_mode = ANY (ARRAY['one_to_one'::text, 'single_conversation'::text]))),
    CONSTRAINT support_request_status_check CHECK ((status = ANY (ARRAY['new'::text, 'triage'::text, 'ready'::text, 'matching'::text, 'matched'::text, 'active'::text, 'on_hold'::text, 'waitlisted'::text, 'unable_to_contact'::text, 'referred_out'::text, 'closed'::text, 'declined'::text, 'duplicate'::text]))),
    CONSTRAINT support_request_urgency_check CHECK ((urgency = ANY (ARRAY['routine'::text, 'priority'::text, 'urgent'::text])))
);
CREATE VIEW public.match_offer WITH (security_barrier='true') AS
 SELECT m.id AS match,
    i.case_type,
    i.trajectory,
    c.relation,
    c.languages,
    c.windows,
    COALESCE(c.timezone, f.timezone) AS timezone,
    r.urgency,
    m.score,
    m.proposed_at,
    m.answer_due_at
   FROM ((((public.match m
     JOIN public.support_request r ON ((r.id = m.request)))
     JOIN public.incident i ON ((i.id = r.incident)))
     JOIN public.family f ON ((f.id = m.family)))
     JOIN public.contact c ON ((c.id = m.contact)))
  WHERE ((m.status = 'proposed_to_volunteer'::text) AND (m.volunteer = public.actor_volunteer()));
CREATE TABLE public.match_settings (
    id uuid NOT NULL,
    version integer NOT NULL,
    weights jsonb NOT NULL,
    rarity jsonb NOT NULL,
    thresholds jsonb NOT NULL,
    changed_by uuid,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT match_settings_rarity_check CHECK ((jsonb_typeof(rarity) = 'object'::text)),
    CONSTRAINT match_settings_thresholds_check CHECK ((jsonb_typeof(thresholds) = 'object'::text)),
    CONSTRAINT match_settings_version_check CHECK ((version > 0)),
    CONSTRAINT match_settings_weights_check CHECK ((jsonb_typeof(weights) = 'object'::text))
);
CREATE TABLE public.message (
    id uuid NOT NULL,
    person uuid,
    kind text NOT NULL,
    local_date date NOT NULL,
    due_at timestamp with time zone NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    lease_owner text,
    sending_at timestamp with time zone,
    provider_sid text,
    error_code text,
    created_at timestamp with time zone NOT NULL,
    contact uuid,
    contact_phone uuid,
    follow_up uuid,
    body_erased_at timestamp with time zone,
    CONSTRAINT message_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT message_goes_to_one CHECK ((num_nonnulls(person, contact) = 1)),
    CONSTRAINT message_has_a_number CHECK (((contact IS NULL) = (contact_phone IS NULL))),
    CONSTRAINT message_kind_check CHECK ((kind = ANY (ARRAY['daily_reminder'::text, 'nudge_at_start'::text, 'nudge_at_end'::text, 'family_reminder'::text]))),
    CONSTRAINT message_of_a_call CHECK (((follow_up IS NULL) = (kind = 'daily_reminder'::text))),
    CONSTRAINT message_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'delivered'::text, 'failed'::text, 'uncertain'::text, 'cancelled'::text]))),
    CONSTRAINT message_to_family CHECK (((contact IS NOT NULL) = (kind = 'family_reminder'::text)))
);
CREATE TABLE public.migration (
    id integer NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    app_name character varying(200) DEFAULT ''::character varying NOT NULL,
    ran_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;
CREATE TABLE public.on_call_shift (
    id uuid NOT NULL,
    person uuid NOT NULL,
    duty text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    added_by uuid,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT on_call_shift_check CHECK (((starts_at < ends_at) AND (ends_at <= (starts_at + '25:00:00'::interval)))),
    CONSTRAINT on_call_shift_duty_check CHECK ((duty = ANY (ARRAY['supervisor'::text, 'advocate'::text])))
);
CREATE TABLE public.one_use_link (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    person uuid NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_use_link_check CHECK ((expires_at > created_at)),
    CONSTRAINT one_use_link_kind_check CHECK ((kind = ANY (ARRAY['invitation'::text, 'reset'::text])))
);
CREATE VIEW public.opened_family WITH (security_barrier='true') AS
 SELECT b.id AS opening,
    f.family_no
   FROM (public.break_glass b
     JOIN public.family f ON ((f.id = b.family)))
  WHERE ((b.person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text]));
CREATE TABLE public.operation_run (
    id uuid NOT NULL,
    operation text NOT NULL,
    local_date date NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    succeeded boolean,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT operation_run_check CHECK (((finished_at IS NULL) = (succeeded IS NULL))),
    CONSTRAINT operation_run_operation_check CHECK ((operation ~ '^[a-z_]{1,40}$'::text))
);
CREATE TABLE public.opted_out_number (
    number_index bytea NOT NULL,
    opted_out_at timestamp with time zone NOT NULL
);
CREATE TABLE public.other_hours (
    id uuid NOT NULL,
    volunteer uuid NOT NULL,
    day date NOT NULL,
    from_a time without time zone,
    until_a time without time zone,
    from_b time without time zone,
    until_b time without time zone,
    CONSTRAINT other_hours_check CHECK ((((from_a IS NULL) = (until_a IS NULL)) AND ((from_b IS NULL) = (until_b IS NULL)))),
    CONSTRAINT other_hours_check1 CHECK ((from_a < until_a)),
    CONSTRAINT other_hours_check2 CHECK ((from_b < until_b)),
    CONSTRAINT other_hours_check3 CHECK (((from_b IS NULL) OR ((until_a IS NOT NULL) AND (until_a <= from_b))))
);
CREATE TABLE public.passkey (
    id uuid NOT NULL,
    person uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    label text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkey_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80))),
    CONSTRAINT passkey_sign_count_check CHECK ((sign_count >= 0))
);
CREATE VIEW public.past_call WITH (security_barrier='true') AS
 SELECT k.id,
    k.volunteer,
    k.match,
    k.follow_up,
    f.family_no,
    k.direction,
    k.channel,
    k.placed_via,
    k.outcome,
    k.started_at,
    k.talk_seconds,
    k.language,
    k.topics,
    k.needs,
    k.emotional_load,
    k.callback_at,
    k.escalation_level,
    k.answered_by,
    k.logged_at,
    k.logged_by,
    k.corrects,
    k.voided_at,
    k.void_reason,
        CASE
            WHEN (k.volunteer = m.volunteer) THEN COALESCE(m.closed_at, m.status_since)
            ELSE k.started_at
        END AS match_ended_at
   FROM ((public.call k
     JOIN public.match m ON ((m.id = k.match)))
     JOIN public.family f ON ((f.id = k.family)))
  WHERE ((
        CASE
            WHEN (k.volunteer = m.volunteer) THEN COALESCE(m.closed_at, m.status_since)
            ELSE k.started_at
        END > (now() - '90 days'::interval)) AND public.actor_is(VARIADIC ARRAY['volunteer'::text, 'team_lead'::text]) AND (k.volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers)) AND (NOT (k.family IN ( SELECT public.actor_families() AS actor_families))));
CREATE VIEW public.past_match WITH (security_barrier='true') AS
 SELECT m.id,
    m.volunteer,
    m.status,
    COALESCE(m.closed_at, m.status_since) AS ended_at,
        CASE
            WHEN (m.status = ANY (ARRAY['closed'::text, 'unable_to_contact'::text])) THEN f.family_no
            ELSE NULL::text
        END AS family_no
   FROM (public.match m
     JOIN public.family f ON ((f.id = m.family)))
  WHERE ((m.status = ANY (ARRAY['closed'::text, 'unable_to_contact'::text, 'rejected_by_coordinator'::text, 'declined_by_volunteer'::text, 'expired'::text])) AND (COALESCE(m.closed_at, m.status_since) > (now() - '90 days'::interval)) AND public.actor_is(VARIADIC ARRAY['volunteer'::text, 'team_lead'::text]) AND (m.volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers)));
CREATE VIEW public.past_minutes WITH (security_barrier='true') AS
 SELECT k.volunteer,
    k.started_at,
    (k.talk_seconds / 60) AS talk_minutes
   FROM (public.call k
     LEFT JOIN public.match m ON ((m.id = k.match)))
  WHERE (COALESCE((
        CASE
            WHEN (k.volunteer = m.volunteer) THEN COALESCE(m.closed_at, m.status_since)
            ELSE k.started_at
        END <= (now() - '90 days'::interval)), true) AND (k.voided_at IS NULL) AND (NOT (EXISTS ( SELECT
           FROM public.call later
          WHERE (later.corrects = k.id)))) AND public.actor_is(VARIADIC ARRAY['volunteer'::text, 'team_lead'::text]) AND (k.volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers)) AND (NOT (k.family IN ( SELECT public.actor_families() AS actor_families))));
CREATE TABLE public.person (
    id uuid NOT NULL,
    name bytea NOT NULL,
    email bytea,
    email_index bytea,
    phone bytea,
    phone_index bytea,
    role text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    timezone text NOT NULL,
    team uuid,
    agreed_to_sms boolean DEFAULT false NOT NULL,
    password_hash text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    anonymised_at timestamp with time zone,
    CONSTRAINT person_check CHECK (((email IS NULL) = (email_index IS NULL))),
    CONSTRAINT person_check1 CHECK (((phone IS NULL) = (phone_index IS NULL))),
    CONSTRAINT person_language_check CHECK ((language = ANY (ARRAY['en'::text, 'es'::text]))),
    CONSTRAINT person_role_check CHECK ((role = ANY (ARRAY['coordinator'::text, 'volunteer'::text, 'team_lead'::text, 'advocate'::text, 'leadership'::text, 'admin'::text, 'auditor'::text]))),
    CONSTRAINT person_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
CREATE TABLE public.phone_call (
    id uuid NOT NULL,
    kind text NOT NULL,
    volunteer uuid,
    family uuid,
    contact uuid,
    match uuid,
    follow_up uuid,
    escalation uuid,
    cleared_at timestamp with time zone,
    refused text,
    warned_at timestamp with time zone,
    call uuid,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT phone_call_check CHECK (((kind <> 'to_family'::text) OR ((volunteer IS NOT NULL) AND (family IS NOT NULL) AND (match IS NOT NULL)))),
    CONSTRAINT phone_call_check1 CHECK (((kind = 'page'::text) = (escalation IS NOT NULL))),
    CONSTRAINT phone_call_check2 CHECK (((cleared_at IS NULL) OR (refused IS NULL))),
    CONSTRAINT phone_call_kind_check CHECK ((kind = ANY (ARRAY['to_family'::text, 'from_family'::text, 'page'::text]))),
    CONSTRAINT phone_call_refused_check CHECK (((length(refused) >= 1) AND (length(refused) <= 60)))
);
CREATE TABLE public.phone_leg (
    id uuid NOT NULL,
    phone_call uuid NOT NULL,
    party text NOT NULL,
    person uuid,
    phone uuid,
    status text DEFAULT 'queued'::text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    lease_owner text,
    dialling_at timestamp with time zone,
    provider_sid text,
    answered_at timestamp with time zone,
    joined_at timestamp with time zone,
    ended_at timestamp with time zone,
    talk_seconds integer,
    error_code text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT phone_leg_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT phone_leg_check CHECK (((party <> 'family'::text) OR (person IS NULL))),
    CONSTRAINT phone_leg_check1 CHECK (((phone IS NULL) OR (party = 'family'::text))),
    CONSTRAINT phone_leg_check2 CHECK (((ended_at IS NULL) = (status = ANY (ARRAY['queued'::text, 'dialling'::text, 'uncertain'::text, 'ringing'::text, 'answered'::text])))),
    CONSTRAINT phone_leg_party_check CHECK ((party = ANY (ARRAY['volunteer'::text, 'family'::text, 'advocate'::text, 'on_call'::text]))),
    CONSTRAINT phone_leg_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'dialling'::text, 'uncertain'::text, 'ringing'::text, 'answered'::text, 'completed'::text, 'busy'::text, 'no_answer'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT phone_leg_talk_seconds_check CHECK (((talk_seconds >= 0) AND (talk_seconds <= 86400)))
);
CREATE TABLE public.prepared_pair (
    id uuid NOT NULL,
    proposal uuid NOT NULL,
    request uuid NOT NULL,
    family uuid NOT NULL,
    volunteer uuid,
    score smallint,
    CONSTRAINT prepared_pair_check CHECK (((volunteer IS NULL) = (score IS NULL))),
    CONSTRAINT prepared_pair_score_check CHECK (((score >= 0) AND (score <= 100)))
);
CREATE TABLE public.prepared_proposal (
    id uuid NOT NULL,
    local_date date NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    settings_version text NOT NULL,
    CONSTRAINT prepared_proposal_settings_version_check CHECK (((length(settings_version) >= 1) AND (length(settings_version) <= 40)))
);
CREATE TABLE public.promise_step (
    id uuid NOT NULL,
    follow_up uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    step text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT promise_step_step_check CHECK ((step = ANY (ARRAY['ask_cover'::text, 'missed'::text, 'reassign'::text])))
);
CREATE TABLE public.provider_callback (
    id uuid NOT NULL,
    provider_sid text NOT NULL,
    status text NOT NULL,
    error_code text,
    message uuid,
    received_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    leg uuid,
    seconds integer,
    CONSTRAINT provider_callback_seconds_check CHECK (((seconds >= 0) AND (seconds <= 86400)))
);
CREATE TABLE public.recovery_code (
    id uuid NOT NULL,
    person uuid NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.recurring_job (
    name text NOT NULL,
    daily boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    succeeded_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    failures integer NOT NULL,
    error_type text,
    asked_at timestamp with time zone,
    CONSTRAINT recurring_job_check CHECK (((failures = 0) = (error_type IS NULL))),
    CONSTRAINT recurring_job_error_type_check CHECK ((error_type ~ '^\w{1,80}$'::text)),
    CONSTRAINT recurring_job_failures_check CHECK ((failures >= 0)),
    CONSTRAINT recurring_job_name_check CHECK ((name ~ '^[a-z_]{1,40}$'::text))
);
CREATE TABLE public.release (
    id uuid NOT NULL,
    family uuid NOT NULL,
    kind text NOT NULL,
    recipient bytea NOT NULL,
    given text[] NOT NULL,
    notice text NOT NULL,
    notice_on date,
    released_on date NOT NULL,
    recorded_by uuid,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT release_check CHECK (((notice = 'forbidden_by_law'::text) = (notice_on IS NULL))),
    CONSTRAINT release_kind_check CHECK ((kind = ANY (ARRAY['subpoena'::text, 'court_order'::text, 'statute'::text, 'written_consent'::text]))),
    CONSTRAINT release_notice_check CHECK ((notice = ANY (ARRAY['given'::text, 'attempted'::text, 'forbidden_by_law'::text])))
);
CREATE TABLE public.retention_period (
    kind text NOT NULL,
    days integer NOT NULL,
    changed_by uuid,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT retention_period_days_check CHECK (((days >= 1) AND (days <= 36500)))
);
CREATE TABLE public.sensitive_date (
    id uuid NOT NULL,
    family uuid NOT NULL,
    place smallint NOT NULL,
    kind text NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    call_on boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT sensitive_date_check CHECK (((day >= 1) AND (day <=
CASE
    WHEN (month = 2) THEN 29
    WHEN (month = ANY (ARRAY[4, 6, 9, 11])) THEN 30
    ELSE 31
END))),
    CONSTRAINT sensitive_date_kind_check CHECK ((kind = ANY (ARRAY['birthday'::text, 'missing_anniversary'::text, 'recovery'::text, 'death'::text, 'trial'::text]))),
    CONSTRAINT sensitive_date_month_check CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT sensitive_date_place_check CHECK (((place >= 1) AND (place <= 10)))
);
CREATE VIEW public.sensitive_day WITH (security_barrier='true') AS
 SELECT family,
    month,
    day,
    bool_and(call_on) AS call_on
   FROM public.sensitive_date d
  WHERE (( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families)))
  GROUP BY family, month, day;
CREATE TABLE public.sign_in_session (
    id_hash bytea NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    device text DEFAULT ''::text NOT NULL,
    second_factor text,
    on_call boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_session_device_check CHECK ((length(device) <= 40)),
    CONSTRAINT sign_in_session_second_factor_check CHECK ((second_factor = ANY (ARRAY['passkey'::text, 'authenticator'::text, 'recovery_code'::text])))
);
CREATE TABLE public.sign_in_step (
    id_hash bytea NOT NULL,
    kind text NOT NULL,
    person uuid,
    challenge bytea,
    failures smallint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_step_kind_check CHECK ((kind = ANY (ARRAY['second_factor'::text, 'passkey_sign_in'::text, 'passkey_new'::text, 'passkey_confirm'::text])))
);
CREATE TABLE public.sign_in_throttle (
    email_index bytea NOT NULL,
    failures integer NOT NULL,
    blocked_until timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_throttle_failures_check CHECK ((failures > 0))
);
CREATE TABLE public.task (
    id uuid NOT NULL,
    kind text NOT NULL,
    detail text,
    family uuid,
    contact uuid,
    volunteer uuid,
    call uuid,
    opened_by uuid,
    owner uuid,
    status text DEFAULT 'open'::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    closed_at timestamp with time zone,
    closed_by uuid,
    CONSTRAINT task_check CHECK (((status = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT task_kind_check CHECK ((kind = ANY (ARRAY['need_from_call'::text, 'tell_family'::text, 'confirm_time_zone'::text, 'reconfirm_contact'::text, 'number_stopped'::text, 'uncertain_message'::text, 'decide_after_hold'::text, 'other'::text]))),
    CONSTRAINT task_status_check CHECK ((status = ANY (ARRAY['open'::text, 'done'::text, 'dropped'::text])))
);
CREATE TABLE public.team (
    id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT team_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);
CREATE TABLE public.time_away (
    id uuid NOT NULL,
    volunteer uuid NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    CONSTRAINT time_away_check CHECK ((last_on >= first_on))
);
CREATE TABLE public.volunteer (
    id uuid NOT NULL,
    person uuid NOT NULL,
    display_name bytea NOT NULL,
    status text NOT NULL,
    state text,
    gender text,
    languages jsonb NOT NULL,
    availability jsonb DEFAULT '[]'::jsonb NOT NULL,
    off_limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    communities text[] DEFAULT '{}'::text[] NOT NULL,
    max_open_matches smallint DEFAULT 3 NOT NULL,
    max_calls_per_week smallint DEFAULT 8 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT volunteer_communities_check CHECK ((communities <@ ARRAY['faith'::text, 'tribal'::text, 'military'::text, 'lgbtq'::text])),
    CONSTRAINT volunteer_gender_check CHECK ((gender = ANY (ARRAY['woman'::text, 'man'::text]))),
    CONSTRAINT volunteer_languages_check CHECK (((jsonb_typeof(languages) = 'array'::text) AND (jsonb_array_length(languages) <= 8))),
    CONSTRAINT volunteer_max_calls_per_week_check CHECK (((max_calls_per_week >= 0) AND (max_calls_per_week <= 60))),
    CONSTRAINT volunteer_max_open_matches_check CHECK (((max_open_matches >= 0) AND (max_open_matches <= 20))),
    CONSTRAINT volunteer_state_check CHECK ((state ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT volunteer_status_check CHECK ((status = ANY (ARRAY['applicant'::text, 'screening'::text, 'training'::text, 'probation'::text, 'active'::text, 'on_break'::text, 'suspended'::text, 'alumni'::text, 'rejected'::text])))
);
CREATE TABLE public.worker_heartbeat (
    name text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);
ALTER TABLE ONLY public.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seal
    ADD CONSTRAINT audit_seal_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.authenticator
    ADD CONSTRAINT authenticator_person_key UNIQUE (person);
ALTER TABLE ONLY public.authenticator
    ADD CONSTRAINT authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.blocked_person
    ADD CONSTRAINT blocked_person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.break_glass
    ADD CONSTRAINT break_glass_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cadence_settings
    ADD CONSTRAINT cadence_settings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cadence_settings
    ADD CONSTRAINT cadence_settings_version_key UNIQUE (version);
ALTER TABLE ONLY public.calendar_feed
    ADD CONSTRAINT calendar_feed_pkey PRIMARY KEY (secret_hash);
ALTER TABLE ONLY public.calendar_feed
    ADD CONSTRAINT calendar_feed_volunteer_key UNIQUE (volunteer);
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_corrects_key UNIQUE (corrects);
ALTER TABLE ONLY public.call_difference
    ADD CONSTRAINT call_difference_kind_phone_call_call_provider_sid_key UNIQUE NULLS NOT DISTINCT (kind, phone_call, call, provider_sid);
ALTER TABLE ONLY public.call_difference
    ADD CONSTRAINT call_difference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.call_draft
    ADD CONSTRAINT call_draft_person_follow_up_key UNIQUE (person, follow_up);
ALTER TABLE ONLY public.call_draft
    ADD CONSTRAINT call_draft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_idempotency_key_key UNIQUE (idempotency_key);
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_contact_key UNIQUE (contact);
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_pin_index_key UNIQUE (pin_index);
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_volunteer_key UNIQUE (volunteer);
ALTER TABLE ONLY public.compared_day
    ADD CONSTRAINT compared_day_pkey PRIMARY KEY (local_date);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_id_family_key UNIQUE (id, family);
ALTER TABLE ONLY public.contact_phone
    ADD CONSTRAINT contact_phone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_follow_up_due_at_key UNIQUE (follow_up, due_at);
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.csv_import
    ADD CONSTRAINT csv_import_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.debrief
    ADD CONSTRAINT debrief_call_key UNIQUE (call);
ALTER TABLE ONLY public.debrief
    ADD CONSTRAINT debrief_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.erasure_request
    ADD CONSTRAINT erasure_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.escalation_step
    ADD CONSTRAINT escalation_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.escalation_step
    ADD CONSTRAINT escalation_step_seq_key UNIQUE (seq);
ALTER TABLE ONLY public.fallback_number
    ADD CONSTRAINT fallback_number_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.family
    ADD CONSTRAINT family_family_no_key UNIQUE (family_no);
ALTER TABLE ONLY public.family
    ADD CONSTRAINT family_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.faon_member
    ADD CONSTRAINT faon_member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.faon_participation
    ADD CONSTRAINT faon_participation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.faon_proof
    ADD CONSTRAINT faon_proof_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.faon_request
    ADD CONSTRAINT faon_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.follow_up_move
    ADD CONSTRAINT follow_up_move_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.follow_up_plan
    ADD CONSTRAINT follow_up_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_plan_seq_key UNIQUE (plan, seq);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_match_key UNIQUE (match);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_family_key UNIQUE (family);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_upload_number_key UNIQUE (upload, number);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_volunteer_key UNIQUE (volunteer);
ALTER TABLE ONLY public.inbound_text
    ADD CONSTRAINT inbound_text_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.inbound_text
    ADD CONSTRAINT inbound_text_provider_sid_key UNIQUE (provider_sid);
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.known_connection
    ADD CONSTRAINT known_connection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lived_experience
    ADD CONSTRAINT lived_experience_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_id_family_key UNIQUE (id, family);
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.match_settings
    ADD CONSTRAINT match_settings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.match_settings
    ADD CONSTRAINT match_settings_version_key UNIQUE (version);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_provider_sid_key UNIQUE (provider_sid);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.on_call_shift
    ADD CONSTRAINT on_call_shift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT one_message UNIQUE NULLS NOT DISTINCT (person, kind, local_date, follow_up, contact);
ALTER TABLE ONLY public.on_call_shift
    ADD CONSTRAINT one_shift_at_a_time EXCLUDE USING gist (person WITH =, tstzrange(starts_at, ends_at) WITH &&);
ALTER TABLE ONLY public.one_use_link
    ADD CONSTRAINT one_use_link_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.operation_run
    ADD CONSTRAINT operation_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.opted_out_number
    ADD CONSTRAINT opted_out_number_pkey PRIMARY KEY (number_index);
ALTER TABLE ONLY public.other_hours
    ADD CONSTRAINT other_hours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.other_hours
    ADD CONSTRAINT other_hours_volunteer_day_key UNIQUE (volunteer, day);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_credential_id_key UNIQUE (credential_id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_email_index_key UNIQUE (email_index);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_call_key UNIQUE (call);
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.phone_leg
    ADD CONSTRAINT phone_leg_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.phone_leg
    ADD CONSTRAINT phone_leg_provider_sid_key UNIQUE (provider_sid);
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_proposal_request_key UNIQUE (proposal, request);
ALTER TABLE ONLY public.prepared_proposal
    ADD CONSTRAINT prepared_proposal_local_date_key UNIQUE (local_date);
ALTER TABLE ONLY public.prepared_proposal
    ADD CONSTRAINT prepared_proposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.promise_step
    ADD CONSTRAINT promise_step_follow_up_due_at_step_key UNIQUE (follow_up, due_at, step);
ALTER TABLE ONLY public.promise_step
    ADD CONSTRAINT promise_step_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.provider_callback
    ADD CONSTRAINT provider_callback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.provider_callback
    ADD CONSTRAINT provider_callback_provider_sid_status_key UNIQUE (provider_sid, status);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_person_code_hash_key UNIQUE (person, code_hash);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.recurring_job
    ADD CONSTRAINT recurring_job_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_period
    ADD CONSTRAINT retention_period_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY public.sensitive_date
    ADD CONSTRAINT sensitive_date_family_kind_month_day_key UNIQUE (family, kind, month, day);
ALTER TABLE ONLY public.sensitive_date
    ADD CONSTRAINT sensitive_date_family_place_key UNIQUE (family, place);
ALTER TABLE ONLY public.sensitive_date
    ADD CONSTRAINT sensitive_date_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.service_event
    ADD CONSTRAINT service_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT sign_in_session_id_key UNIQUE (id);
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT sign_in_session_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY public.sign_in_step
    ADD CONSTRAINT sign_in_step_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY public.sign_in_throttle
    ADD CONSTRAINT sign_in_throttle_pkey PRIMARY KEY (email_index);
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_form_key_key UNIQUE (form_key);
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_id_family_key UNIQUE (id, family);
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.time_away
    ADD CONSTRAINT time_away_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.volunteer
    ADD CONSTRAINT volunteer_person_key UNIQUE (person);
ALTER TABLE ONLY public.volunteer
    ADD CONSTRAINT volunteer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.worker_heartbeat
    ADD CONSTRAINT worker_heartbeat_pkey PRIMARY KEY (name);
CREATE INDEX activity_recorded_by_idx ON public.activity USING btree (recorded_by);
CREATE INDEX activity_voided_by_idx ON public.activity USING btree (voided_by);
CREATE INDEX activity_volunteer_happened_on_idx ON public.activity USING btree (volunteer, happened_on);
CREATE INDEX api_token_created_by_idx ON public.api_token USING btree (created_by);
CREATE INDEX api_token_person_idx ON public.api_token USING btree (person);
CREATE INDEX audit_event_actor_person_idx ON public.audit_event USING btree (actor_person);
CREATE INDEX audit_event_at_idx ON public.audit_event USING btree (at);
CREATE INDEX audit_event_subject_idx ON public.audit_event USING btree (subject);
CREATE INDEX blocked_person_ended_by_idx ON public.blocked_person USING btree (ended_by);
CREATE INDEX blocked_person_family_idx ON public.blocked_person USING btree (family);
CREATE INDEX blocked_person_phone_index_idx ON public.blocked_person USING btree (phone_index);
CREATE INDEX break_glass_family_idx ON public.break_glass USING btree (family);
CREATE INDEX break_glass_opened_at_idx ON public.break_glass USING btree (opened_at) WHERE (reviewed_at IS NULL);
CREATE INDEX break_glass_person_expires_at_idx ON public.break_glass USING btree (person, expires_at);
CREATE INDEX cadence_settings_changed_by_idx ON public.cadence_settings USING btree (changed_by);
CREATE INDEX call_contact_started_at_idx ON public.call USING btree (contact, started_at);
CREATE INDEX call_counted_on ON public.call USING btree (counted_on) WHERE (voided_at IS NULL);
CREATE INDEX call_counted_on_idx ON public.call USING brin (counted_on);
CREATE INDEX call_difference_call_idx ON public.call_difference USING btree (call);
CREATE INDEX call_difference_open ON public.call_difference USING btree (started_at) WHERE (settled_at IS NULL);
CREATE INDEX call_difference_phone_call_idx ON public.call_difference USING btree (phone_call);
CREATE INDEX call_difference_settled_by_idx ON public.call_difference USING btree (settled_by);
CREATE INDEX call_draft_follow_up_idx ON public.call_draft USING btree (follow_up);
CREATE INDEX call_family_idx ON public.call USING btree (family);
CREATE INDEX call_follow_up_idx ON public.call USING btree (follow_up);
CREATE INDEX call_logged_by_idx ON public.call USING btree (logged_by);
CREATE INDEX call_match_started_at_idx ON public.call USING btree (match, started_at);
CREATE INDEX call_voided_by_idx ON public.call USING btree (voided_by);
CREATE INDEX call_volunteer_started_at_idx ON public.call USING btree (volunteer, started_at);
CREATE INDEX consent_contact_kind_at_idx ON public.consent USING btree (contact, kind, at DESC);
CREATE INDEX consent_family_idx ON public.consent USING btree (family);
CREATE INDEX consent_recorded_by_idx ON public.consent USING btree (recorded_by);
CREATE INDEX consent_takes_back_idx ON public.consent USING btree (takes_back);
CREATE INDEX contact_family_idx ON public.contact USING btree (family);
CREATE INDEX contact_first_name_index_idx ON public.contact USING btree (first_name_index);
CREATE INDEX contact_phone_contact_idx ON public.contact_phone USING btree (contact);
CREATE INDEX contact_phone_family_idx ON public.contact_phone USING btree (family);
CREATE INDEX contact_phone_number_index_idx ON public.contact_phone USING btree (number_index);
CREATE INDEX cover_call_cover_idx ON public.cover_call USING btree (cover);
CREATE INDEX cover_call_family_idx ON public.cover_call USING btree (family);
CREATE INDEX cover_call_match_idx ON public.cover_call USING btree (match);
CREATE INDEX cover_call_volunteer_idx ON public.cover_call USING btree (volunteer) WHERE (ended_at IS NULL);
CREATE INDEX cover_person_contact_idx ON public.cover_person USING btree (contact);
CREATE INDEX cover_person_ended_by_idx ON public.cover_person USING btree (ended_by);
CREATE INDEX cover_person_family_idx ON public.cover_person USING btree (family);
CREATE INDEX cover_person_match_idx ON public.cover_person USING btree (match);
CREATE INDEX cover_person_recorded_by_idx ON public.cover_person USING btree (recorded_by);
CREATE INDEX cover_person_volunteer_idx ON public.cover_person USING btree (volunteer);
CREATE INDEX credential_volunteer_idx ON public.credential USING btree (volunteer);
CREATE INDEX csv_import_person_idx ON public.csv_import USING btree (person);
CREATE INDEX debrief_done_by_idx ON public.debrief USING btree (done_by);
CREATE INDEX debrief_volunteer_idx ON public.debrief USING btree (volunteer);
CREATE INDEX erasure_request_family_idx ON public.erasure_request USING btree (family);
CREATE INDEX escalation_acknowledged_by_idx ON public.escalation USING btree (acknowledged_by);
CREATE INDEX escalation_call_idx ON public.escalation USING btree (call);
CREATE INDEX escalation_family_idx ON public.escalation USING btree (family);
CREATE INDEX escalation_match_idx ON public.escalation USING btree (match);
CREATE INDEX escalation_opened_by_idx ON public.escalation USING btree (opened_by);
CREATE INDEX escalation_step_by_person_idx ON public.escalation_step USING btree (by_person);
CREATE INDEX escalation_step_escalation_idx ON public.escalation_step USING btree (escalation);
CREATE INDEX escalation_step_to_person_idx ON public.escalation_step USING btree (to_person);
CREATE INDEX fallback_number_changed_by_idx ON public.fallback_number USING btree (changed_by);
CREATE INDEX family_duplicate_of_idx ON public.family USING btree (duplicate_of);
CREATE INDEX family_held_by_idx ON public.family USING btree (held_by);
CREATE INDEX family_on_hold ON public.family USING btree (held_at) WHERE (held_at IS NOT NULL);
CREATE INDEX family_team_idx ON public.family USING btree (team);
CREATE INDEX faon_participation_member_idx ON public.faon_participation USING btree (member);
CREATE INDEX faon_proof_member_idx ON public.faon_proof USING btree (member);
CREATE INDEX faon_request_member_idx ON public.faon_request USING btree (member);
CREATE INDEX follow_up_counted_on_idx ON public.follow_up USING btree (counted_on) WHERE (counted_on IS NOT NULL);
CREATE INDEX follow_up_family_idx ON public.follow_up USING btree (family);
CREATE INDEX follow_up_match_idx ON public.follow_up USING btree (match);
CREATE INDEX follow_up_move_follow_up_idx ON public.follow_up_move USING btree (follow_up);
CREATE INDEX follow_up_move_moved_by_idx ON public.follow_up_move USING btree (moved_by);
CREATE INDEX follow_up_plan_cadence_version_idx ON public.follow_up_plan USING btree (cadence_version);
CREATE INDEX follow_up_volunteer_due_at_idx ON public.follow_up USING btree (volunteer, due_at);
CREATE INDEX handover_family_idx ON public.handover USING btree (family);
CREATE INDEX handover_written_by_idx ON public.handover USING btree (written_by);
CREATE INDEX inbound_text_family_idx ON public.inbound_text USING btree (family);
CREATE INDEX inbound_text_open ON public.inbound_text USING btree (received_at) WHERE (applied_at IS NULL);
CREATE INDEX inbound_text_read_by_idx ON public.inbound_text USING btree (read_by);
CREATE INDEX inbound_text_sender_index_idx ON public.inbound_text USING btree (sender_index);
CREATE INDEX inbound_text_unread ON public.inbound_text USING btree (received_at) WHERE ((words IS NOT NULL) AND (read_at IS NULL));
CREATE INDEX inbound_text_volunteer_idx ON public.inbound_text USING btree (volunteer);
CREATE INDEX incident_family_idx ON public.incident USING btree (family);
CREATE INDEX known_connection_ended_by_idx ON public.known_connection USING btree (ended_by);
CREATE INDEX known_connection_family_idx ON public.known_connection USING btree (family);
CREATE INDEX known_connection_recorded_by_idx ON public.known_connection USING btree (recorded_by);
CREATE INDEX known_connection_volunteer_idx ON public.known_connection USING btree (volunteer);
CREATE INDEX letter_due ON public.letter USING btree (due_at) WHERE (status = 'queued'::text);
CREATE INDEX letter_person_idx ON public.letter USING btree (person);
CREATE INDEX lived_experience_volunteer_idx ON public.lived_experience USING btree (volunteer);
CREATE INDEX match_contact_idx ON public.match USING btree (contact);
CREATE INDEX match_counted_accepted_on_idx ON public.match USING btree (counted_accepted_on);
CREATE INDEX match_counted_offered_on_idx ON public.match USING btree (counted_offered_on);
CREATE INDEX match_family_idx ON public.match USING btree (family);
CREATE INDEX match_proposed_by_idx ON public.match USING btree (proposed_by);
CREATE INDEX match_request_idx ON public.match USING btree (request);
CREATE INDEX match_settings_changed_by_idx ON public.match_settings USING btree (changed_by);
CREATE INDEX match_volunteer_status_idx ON public.match USING btree (volunteer, status);
CREATE INDEX message_body_kept ON public.message USING btree (sending_at) WHERE ((contact IS NOT NULL) AND (body_erased_at IS NULL) AND (provider_sid IS NOT NULL));
CREATE INDEX message_contact_idx ON public.message USING btree (contact) WHERE (contact IS NOT NULL);
CREATE INDEX message_contact_phone_idx ON public.message USING btree (contact_phone) WHERE (contact_phone IS NOT NULL);
CREATE INDEX message_due ON public.message USING btree (due_at) WHERE (status = 'queued'::text);
CREATE INDEX message_follow_up_idx ON public.message USING btree (follow_up) WHERE (follow_up IS NOT NULL);
CREATE INDEX message_leased ON public.message USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX on_call_shift_added_by_idx ON public.on_call_shift USING btree (added_by);
CREATE INDEX on_call_shift_ends_at_idx ON public.on_call_shift USING btree (ends_at);
CREATE UNIQUE INDEX once ON public.escalation_step USING btree (escalation, act) WHERE (act = ANY (ARRAY['acknowledged'::text, 'closed'::text, 'told_on_call'::text, 'told_coordinators'::text]));
CREATE UNIQUE INDEX one_active_plan ON public.follow_up_plan USING btree (match) WHERE (status <> 'ended'::text);
CREATE UNIQUE INDEX one_decision ON public.task USING btree (family) WHERE ((kind = 'decide_after_hold'::text) AND (status = 'open'::text));
CREATE UNIQUE INDEX one_family_message_in_doubt ON public.message USING btree (contact) WHERE (status = ANY (ARRAY['sending'::text, 'uncertain'::text]));
CREATE UNIQUE INDEX one_legal_hold ON public.legal_hold USING btree (family) WHERE (lifted_at IS NULL);
CREATE UNIQUE INDEX one_live_call_of_volunteer ON public.phone_call USING btree (volunteer) WHERE ((kind = 'to_family'::text) AND (ended_at IS NULL));
CREATE UNIQUE INDEX one_live_call_to_family ON public.phone_call USING btree (family) WHERE ((kind = 'to_family'::text) AND (ended_at IS NULL));
CREATE UNIQUE INDEX one_live_leg_of_family ON public.phone_leg USING btree (phone_call) WHERE ((party = 'family'::text) AND (ended_at IS NULL));
CREATE UNIQUE INDEX one_live_match ON public.match USING btree (request) WHERE (status = ANY (ARRAY['proposed_to_volunteer'::text, 'accepted'::text, 'family_notified'::text, 'introduced'::text, 'active'::text, 'paused'::text, 'transferring'::text, 'closing'::text]));
CREATE UNIQUE INDEX one_message_in_doubt ON public.message USING btree (person) WHERE (status = ANY (ARRAY['sending'::text, 'uncertain'::text]));
CREATE UNIQUE INDEX one_open_erasure ON public.erasure_request USING btree (family) WHERE (done_at IS NULL);
CREATE UNIQUE INDEX one_reconfirmation ON public.task USING btree (contact) WHERE ((kind = 'reconfirm_contact'::text) AND (status = 'open'::text));
CREATE UNIQUE INDEX one_run_a_day ON public.operation_run USING btree (operation, local_date) WHERE (succeeded IS NOT FALSE);
CREATE UNIQUE INDEX one_standing_connection ON public.known_connection USING btree (family, volunteer, kind) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_standing_cover ON public.cover_person USING btree (match) WHERE (ended_at IS NULL);
CREATE INDEX one_use_link_created_by_idx ON public.one_use_link USING btree (created_by);
CREATE INDEX one_use_link_person_idx ON public.one_use_link USING btree (person);
CREATE INDEX open_cover_call ON public.cover_call USING btree (until_at) WHERE (ended_at IS NULL);
CREATE INDEX open_debrief_due ON public.debrief USING btree (due_at) WHERE ((done_at IS NULL) AND (waived_at IS NULL));
CREATE INDEX open_follow_up_due ON public.follow_up USING btree (due_at) WHERE (status = ANY (ARRAY['planned'::text, 'due'::text, 'in_progress'::text, 'retry_wait'::text]));
CREATE INDEX open_task ON public.task USING btree (due_on) WHERE (status = 'open'::text);
CREATE INDEX operation_run_operation_started_at_idx ON public.operation_run USING btree (operation, started_at DESC);
CREATE INDEX passkey_person_idx ON public.passkey USING btree (person);
CREATE INDEX person_phone_index_idx ON public.person USING btree (phone_index);
CREATE INDEX person_team_idx ON public.person USING btree (team);
CREATE INDEX phone_call_contact_idx ON public.phone_call USING btree (contact);
CREATE INDEX phone_call_escalation_idx ON public.phone_call USING btree (escalation);
CREATE INDEX phone_call_family_idx ON public.phone_call USING btree (family);
CREATE INDEX phone_call_follow_up_idx ON public.phone_call USING btree (follow_up);
CREATE INDEX phone_call_live ON public.phone_call USING btree (created_at) WHERE (ended_at IS NULL);
CREATE INDEX phone_call_match_idx ON public.phone_call USING btree (match);
CREATE INDEX phone_call_not_logged ON public.phone_call USING btree (created_at) WHERE ((call IS NULL) AND (cleared_at IS NOT NULL));
CREATE INDEX phone_call_volunteer_created_at_idx ON public.phone_call USING btree (volunteer, created_at);
CREATE INDEX phone_leg_due ON public.phone_leg USING btree (due_at) WHERE (status = 'queued'::text);
CREATE INDEX phone_leg_leased ON public.phone_leg USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX phone_leg_person_idx ON public.phone_leg USING btree (person);
CREATE INDEX phone_leg_phone_call_idx ON public.phone_leg USING btree (phone_call);
CREATE INDEX phone_leg_phone_idx ON public.phone_leg USING btree (phone);
CREATE INDEX prepared_pair_family_idx ON public.prepared_pair USING btree (family);
CREATE INDEX prepared_pair_request_idx ON public.prepared_pair USING btree (request);
CREATE INDEX prepared_pair_volunteer_idx ON public.prepared_pair USING btree (volunteer);
CREATE INDEX promise_to_count ON public.follow_up USING btree (count_again_at) WHERE (count_again_at IS NOT NULL);
CREATE INDEX provider_callback_open ON public.provider_callback USING btree (received_at) WHERE (applied_at IS NULL);
CREATE INDEX release_family_idx ON public.release USING btree (family);
CREATE INDEX service_event_family_idx ON public.service_event USING btree (family);
CREATE INDEX service_event_happened_on_idx ON public.service_event USING btree (happened_on);
CREATE INDEX sign_in_session_expires_at_idx ON public.sign_in_session USING btree (expires_at);
CREATE INDEX sign_in_session_person_idx ON public.sign_in_session USING btree (person);
CREATE INDEX sign_in_step_expires_at_idx ON public.sign_in_step USING btree (expires_at);
CREATE INDEX sign_in_step_person_idx ON public.sign_in_step USING btree (person);
CREATE INDEX support_request_contact_idx ON public.support_request USING btree (contact);
CREATE INDEX support_request_entered_by_idx ON public.support_request USING btree (entered_by);
CREATE INDEX support_request_family_idx ON public.support_request USING btree (family);
CREATE INDEX support_request_incident_idx ON public.support_request USING btree (incident);
CREATE INDEX support_request_owner_idx ON public.support_request USING btree (owner);
CREATE INDEX support_request_status_ready_at_idx ON public.support_request USING btree (status, ready_at);
CREATE INDEX task_call_idx ON public.task USING btree (call);
CREATE INDEX task_closed_by_idx ON public.task USING btree (closed_by);
CREATE INDEX task_contact_idx ON public.task USING btree (contact);
CREATE INDEX task_family_idx ON public.task USING btree (family);
CREATE INDEX task_opened_by_idx ON public.task USING btree (opened_by);
CREATE INDEX task_owner_idx ON public.task USING btree (owner);
CREATE INDEX task_volunteer_idx ON public.task USING btree (volunteer);
CREATE INDEX time_away_volunteer_idx ON public.time_away USING btree (volunteer);
CREATE TRIGGER closes BEFORE UPDATE ON public.debrief FOR EACH ROW EXECUTE FUNCTION public.closes_a_debrief();
CREATE TRIGGER merged_in_scope BEFORE INSERT OR UPDATE OF duplicate_of ON public.family FOR EACH ROW WHEN ((new.duplicate_of IS NOT NULL)) EXECUTE FUNCTION public.only_of_ones_own();
CREATE TRIGGER not_oneself BEFORE UPDATE OF id, name, email, email_index, phone, phone_index, role, status, timezone, team, created_at, anonymised_at ON public.person FOR EACH ROW EXECUTE FUNCTION public.only_by('admin', 'worker', 'command');
CREATE TRIGGER not_oneself BEFORE UPDATE OF status, languages, created_at ON public.volunteer FOR EACH ROW EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER only_workers_note BEFORE UPDATE OF name, daily, started_at, finished_at, succeeded_at, next_at, failures, error_type ON public.recurring_job FOR EACH ROW EXECUTE FUNCTION public.only_by('worker', 'command');
CREATE TRIGGER others_only_stop BEFORE UPDATE OF id, family_no, status, primary_language, state, country, timezone, intake_source, duplicate_of, team, hold_until, created_at ON public.family FOR EACH ROW EXECUTE FUNCTION public.only_by('coordinator', 'advocate', 'worker', 'command');
CREATE TRIGGER others_only_stop_it BEFORE UPDATE OF kind, safe_to_call, voicemail, agreed_words, safe_to_text, only_i_see_this_phone, confirmed_on ON public.contact_phone FOR EACH ROW EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER over_is_over BEFORE UPDATE ON public.escalation FOR EACH ROW WHEN ((old.status = 'closed'::text)) EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER over_is_over BEFORE UPDATE ON public.match FOR EACH ROW WHEN ((old.status = ANY (ARRAY['suggested'::text, 'unable_to_contact'::text, 'closed'::text, 'rejected_by_coordinator'::text, 'declined_by_volunteer'::text, 'expired'::text]))) EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER over_is_over BEFORE UPDATE ON public.task FOR EACH ROW WHEN ((old.status <> 'open'::text)) EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER staff_voids BEFORE UPDATE ON public.call FOR EACH ROW EXECUTE FUNCTION public.only_by('coordinator', 'worker', 'command');
CREATE TRIGGER team_stays BEFORE UPDATE OF team ON public.family FOR EACH ROW EXECUTE FUNCTION public.only_staff();
CREATE TRIGGER waits_for_its_seal AFTER INSERT ON public.audit_event REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.audit_event_waits();
CREATE TRIGGER wake_worker AFTER INSERT ON public.escalation FOR EACH STATEMENT EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER INSERT ON public.inbound_text FOR EACH STATEMENT EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER INSERT ON public.letter FOR EACH STATEMENT EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER INSERT ON public.message FOR EACH ROW WHEN ((new.due_at <= (now() + '00:01:00'::interval))) EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER INSERT ON public.phone_leg FOR EACH STATEMENT EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER INSERT ON public.provider_callback FOR EACH STATEMENT EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker AFTER UPDATE OF asked_at ON public.recurring_job FOR EACH ROW WHEN ((new.asked_at IS NOT NULL)) EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER wake_worker_for_the_next AFTER UPDATE OF ended_at ON public.phone_leg FOR EACH ROW WHEN (((new.party = 'on_call'::text) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION public.wake_worker();
CREATE TRIGGER whose_stays BEFORE UPDATE OF id, person ON public.volunteer FOR EACH ROW EXECUTE FUNCTION public.only_by('command');
CREATE TRIGGER worker_counts BEFORE UPDATE OF count_again_at, counted_on, counted_promise, counted_on_time ON public.follow_up FOR EACH ROW EXECUTE FUNCTION public.only_by('worker', 'command');
ALTER TABLE ONLY public.activity
    ADD CONSTRAINT activity_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.activity
    ADD CONSTRAINT activity_voided_by_fkey FOREIGN KEY (voided_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.activity
    ADD CONSTRAINT activity_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.authenticator
    ADD CONSTRAINT authenticator_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.blocked_person
    ADD CONSTRAINT blocked_person_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.blocked_person
    ADD CONSTRAINT blocked_person_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.break_glass
    ADD CONSTRAINT break_glass_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.break_glass
    ADD CONSTRAINT break_glass_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.break_glass
    ADD CONSTRAINT break_glass_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cadence_settings
    ADD CONSTRAINT cadence_settings_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.calendar_feed
    ADD CONSTRAINT calendar_feed_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_corrects_fkey FOREIGN KEY (corrects) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call_difference
    ADD CONSTRAINT call_difference_call_fkey FOREIGN KEY (call) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call_difference
    ADD CONSTRAINT call_difference_phone_call_fkey FOREIGN KEY (phone_call) REFERENCES public.phone_call(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.call_difference
    ADD CONSTRAINT call_difference_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call_draft
    ADD CONSTRAINT call_draft_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.call_draft
    ADD CONSTRAINT call_draft_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_logged_by_fkey FOREIGN KEY (logged_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_voided_by_fkey FOREIGN KEY (voided_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.call
    ADD CONSTRAINT call_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.calling_pin
    ADD CONSTRAINT calling_pin_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_contact_family_fkey FOREIGN KEY (contact, family) REFERENCES public.contact(id, family);
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_takes_back_fkey FOREIGN KEY (takes_back) REFERENCES public.consent(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.contact_phone
    ADD CONSTRAINT contact_phone_contact_family_fkey FOREIGN KEY (contact, family) REFERENCES public.contact(id, family);
ALTER TABLE ONLY public.contact_phone
    ADD CONSTRAINT contact_phone_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.contact_phone
    ADD CONSTRAINT contact_phone_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_cover_fkey FOREIGN KEY (cover) REFERENCES public.cover_person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_match_family_fkey FOREIGN KEY (match, family) REFERENCES public.match(id, family);
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_call
    ADD CONSTRAINT cover_call_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_contact_family_fkey FOREIGN KEY (contact, family) REFERENCES public.contact(id, family);
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_match_family_fkey FOREIGN KEY (match, family) REFERENCES public.match(id, family);
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.cover_person
    ADD CONSTRAINT cover_person_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.csv_import
    ADD CONSTRAINT csv_import_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.debrief
    ADD CONSTRAINT debrief_call_fkey FOREIGN KEY (call) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.debrief
    ADD CONSTRAINT debrief_done_by_fkey FOREIGN KEY (done_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.debrief
    ADD CONSTRAINT debrief_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.erasure_request
    ADD CONSTRAINT erasure_request_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.erasure_request
    ADD CONSTRAINT erasure_request_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_call_fkey FOREIGN KEY (call) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation_step
    ADD CONSTRAINT escalation_step_by_person_fkey FOREIGN KEY (by_person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation_step
    ADD CONSTRAINT escalation_step_escalation_fkey FOREIGN KEY (escalation) REFERENCES public.escalation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.escalation_step
    ADD CONSTRAINT escalation_step_to_person_fkey FOREIGN KEY (to_person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.fallback_number
    ADD CONSTRAINT fallback_number_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.family
    ADD CONSTRAINT family_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.family
    ADD CONSTRAINT family_held_by_fkey FOREIGN KEY (held_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.family
    ADD CONSTRAINT family_team_fkey FOREIGN KEY (team) REFERENCES public.team(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.faon_participation
    ADD CONSTRAINT faon_participation_member_fkey FOREIGN KEY (member) REFERENCES public.faon_member(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.faon_proof
    ADD CONSTRAINT faon_proof_member_fkey FOREIGN KEY (member) REFERENCES public.faon_member(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.faon_request
    ADD CONSTRAINT faon_request_member_fkey FOREIGN KEY (member) REFERENCES public.faon_member(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up_move
    ADD CONSTRAINT follow_up_move_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up_move
    ADD CONSTRAINT follow_up_move_moved_by_fkey FOREIGN KEY (moved_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up_plan
    ADD CONSTRAINT follow_up_plan_cadence_version_fkey FOREIGN KEY (cadence_version) REFERENCES public.cadence_settings(version) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_plan_fkey FOREIGN KEY (plan) REFERENCES public.follow_up_plan(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up_plan
    ADD CONSTRAINT follow_up_plan_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_match_family_fkey FOREIGN KEY (match, family) REFERENCES public.match(id, family);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_written_by_fkey FOREIGN KEY (written_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_upload_fkey FOREIGN KEY (upload) REFERENCES public.csv_import(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT imported_row_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.inbound_text
    ADD CONSTRAINT inbound_text_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.inbound_text
    ADD CONSTRAINT inbound_text_read_by_fkey FOREIGN KEY (read_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.inbound_text
    ADD CONSTRAINT inbound_text_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.known_connection
    ADD CONSTRAINT known_connection_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.known_connection
    ADD CONSTRAINT known_connection_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.known_connection
    ADD CONSTRAINT known_connection_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.known_connection
    ADD CONSTRAINT known_connection_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.lived_experience
    ADD CONSTRAINT lived_experience_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_contact_family_fkey FOREIGN KEY (contact, family) REFERENCES public.contact(id, family);
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_request_family_fkey FOREIGN KEY (request, family) REFERENCES public.support_request(id, family);
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_request_fkey FOREIGN KEY (request) REFERENCES public.support_request(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match_settings
    ADD CONSTRAINT match_settings_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.match
    ADD CONSTRAINT match_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_contact_phone_fkey FOREIGN KEY (contact_phone) REFERENCES public.contact_phone(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.on_call_shift
    ADD CONSTRAINT on_call_shift_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.on_call_shift
    ADD CONSTRAINT on_call_shift_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.one_use_link
    ADD CONSTRAINT one_use_link_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.one_use_link
    ADD CONSTRAINT one_use_link_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.other_hours
    ADD CONSTRAINT other_hours_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT passkey_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_team_fkey FOREIGN KEY (team) REFERENCES public.team(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_call_fkey FOREIGN KEY (call) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_escalation_fkey FOREIGN KEY (escalation) REFERENCES public.escalation(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_match_fkey FOREIGN KEY (match) REFERENCES public.match(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_call
    ADD CONSTRAINT phone_call_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_leg
    ADD CONSTRAINT phone_leg_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.phone_leg
    ADD CONSTRAINT phone_leg_phone_call_fkey FOREIGN KEY (phone_call) REFERENCES public.phone_call(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.phone_leg
    ADD CONSTRAINT phone_leg_phone_fkey FOREIGN KEY (phone) REFERENCES public.contact_phone(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_proposal_fkey FOREIGN KEY (proposal) REFERENCES public.prepared_proposal(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_request_family_fkey FOREIGN KEY (request, family) REFERENCES public.support_request(id, family);
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_request_fkey FOREIGN KEY (request) REFERENCES public.support_request(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.prepared_pair
    ADD CONSTRAINT prepared_pair_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.promise_step
    ADD CONSTRAINT promise_step_follow_up_fkey FOREIGN KEY (follow_up) REFERENCES public.follow_up(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.retention_period
    ADD CONSTRAINT retention_period_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.sensitive_date
    ADD CONSTRAINT sensitive_date_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.service_event
    ADD CONSTRAINT service_event_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT sign_in_session_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_step
    ADD CONSTRAINT sign_in_step_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_contact_family_fkey FOREIGN KEY (contact, family) REFERENCES public.contact(id, family);
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_incident_fkey FOREIGN KEY (incident) REFERENCES public.incident(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.support_request
    ADD CONSTRAINT support_request_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_call_fkey FOREIGN KEY (call) REFERENCES public.call(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_contact_fkey FOREIGN KEY (contact) REFERENCES public.contact(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_family_fkey FOREIGN KEY (family) REFERENCES public.family(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_away
    ADD CONSTRAINT time_away_volunteer_fkey FOREIGN KEY (volunteer) REFERENCES public.volunteer(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.volunteer
    ADD CONSTRAINT volunteer_person_fkey FOREIGN KEY (person) REFERENCES public.person(id) ON DELETE RESTRICT;
ALTER TABLE public.activity ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins_write ON public.team USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text])) WITH CHECK (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
ALTER TABLE public.api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.authenticator ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.blocked_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.break_glass ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cadence_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.calendar_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.call ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.call_difference ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.call_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.calling_pin ENABLE ROW LEVEL SECURITY;
CREATE POLICY commands_write ON public.installation USING (public.actor_is(VARIADIC ARRAY['command'::text])) WITH CHECK (public.actor_is(VARIADIC ARRAY['command'::text]));
ALTER TABLE public.compared_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.contact_phone ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cover_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.cover_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.csv_import ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.debrief ENABLE ROW LEVEL SECURITY;
CREATE POLICY doorkeeper ON public.api_token FOR SELECT USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.authenticator USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.calendar_feed FOR SELECT USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.calling_pin FOR SELECT USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.inbound_text USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.one_use_link USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text, 'admin'::text, 'worker'::text, 'command'::text]));
CREATE POLICY doorkeeper ON public.passkey USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.recovery_code USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.sign_in_session USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text]));
CREATE POLICY doorkeeper ON public.sign_in_step USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text, 'worker'::text, 'command'::text]));
CREATE POLICY doorkeeper ON public.sign_in_throttle USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text, 'worker'::text, 'command'::text]));
ALTER TABLE public.erasure_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.escalation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.escalation_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_adds ON public.audit_event FOR INSERT WITH CHECK (((actor_role <> ''::text) AND (actor_role = public.actor_role()) AND (NOT (actor_person IS DISTINCT FROM public.actor_person()))));
CREATE POLICY everyone_reads ON public.fallback_number FOR SELECT USING ((public.actor_role() <> ''::text));
CREATE POLICY everyone_reads ON public.installation FOR SELECT USING ((public.actor_role() <> ''::text));
CREATE POLICY everyone_reads ON public.on_call_shift FOR SELECT USING ((public.actor_role() <> ''::text));
CREATE POLICY everyone_reads ON public.worker_heartbeat FOR SELECT USING ((public.actor_role() <> ''::text));
ALTER TABLE public.fallback_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.family ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.faon_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.faon_participation ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.faon_proof ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.faon_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.follow_up_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.follow_up_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.imported_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.inbound_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incident ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY inviters ON public.letter FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (kind = 'invitation'::text) AND (status = 'queued'::text) AND (person IN ( SELECT p.id
   FROM public.person p
  WHERE ((p.role = 'volunteer'::text) AND (p.password_hash IS NULL))))));
CREATE POLICY inviters ON public.one_use_link FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (kind = 'invitation'::text) AND (created_by = public.actor_person()) AND (person IN ( SELECT p.id
   FROM public.person p
  WHERE ((p.role = 'volunteer'::text) AND (p.password_hash IS NULL))))));
CREATE POLICY keepers_add ON public.on_call_shift FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'admin'::text, 'command'::text]));
CREATE POLICY keepers_decide ON public.fallback_number FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'admin'::text, 'command'::text]));
CREATE POLICY keepers_remove ON public.on_call_shift FOR DELETE USING (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'admin'::text, 'command'::text]));
ALTER TABLE public.known_connection ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lived_experience ENABLE ROW LEVEL SECURITY;
CREATE POLICY managed ON public.call_difference USING (((EXISTS ( SELECT
   FROM public.phone_call p
  WHERE ((p.id = call_difference.phone_call) AND (p.family IN ( SELECT public.managed_families() AS managed_families))))) OR (EXISTS ( SELECT
   FROM public.call c
  WHERE ((c.id = call_difference.call) AND (c.family IN ( SELECT public.managed_families() AS managed_families)))))));
ALTER TABLE public.match ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.match_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.message ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_a_call ON public.message FOR SELECT USING (((contact IS NOT NULL) AND (EXISTS ( SELECT
   FROM public.follow_up f
  WHERE (f.id = message.follow_up)))));
CREATE POLICY offered ON public.support_request USING ((id IN ( SELECT m.request
   FROM public.match m
  WHERE ((m.volunteer = ( SELECT public.actor_volunteer() AS actor_volunteer)) AND (m.status = 'proposed_to_volunteer'::text)))));
ALTER TABLE public.on_call_shift ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.one_use_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.operation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.opted_out_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.other_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.passkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY people_read ON public.team FOR SELECT USING ((public.actor_role() <> ''::text));
ALTER TABLE public.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.phone_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.phone_leg ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.prepared_pair ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.prepared_proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY processes ON public.calendar_feed USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY processes ON public.calling_pin USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY processes ON public.letter USING (public.actor_is(VARIADIC ARRAY['doorkeeper'::text, 'admin'::text, 'worker'::text, 'command'::text]));
CREATE POLICY processes ON public.message USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY processes ON public.promise_step USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY processes ON public.provider_callback USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text, 'doorkeeper'::text]));
ALTER TABLE public.promise_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.provider_callback ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.recovery_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.recurring_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.release ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.retention_period ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sensitive_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.service_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sign_in_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sign_in_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sign_in_throttle ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff ON public.blocked_person USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.call_difference USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY staff ON public.calling_pin USING (((contact IS NOT NULL) AND (( SELECT public.actor_is_staff() AS actor_is_staff) OR (contact IN ( SELECT c.id
   FROM public.contact c
  WHERE (c.family IN ( SELECT public.managed_families() AS managed_families)))))));
CREATE POLICY staff ON public.contact USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.credential USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY staff ON public.erasure_request USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.faon_member USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY staff ON public.faon_participation USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY staff ON public.faon_proof USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY staff ON public.faon_request USING (( SELECT public.actor_is_staff() AS actor_is_staff));
CREATE POLICY staff ON public.handover USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.incident USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.legal_hold USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.lived_experience USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY staff ON public.phone_call USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.release USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.sensitive_date USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff ON public.service_event USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.consent FOR INSERT WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.contact_phone FOR INSERT WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.cover_person FOR INSERT WITH CHECK ((public.actor_is_staff() OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.family FOR INSERT WITH CHECK ((public.actor_is_staff() OR (public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (team = public.actor_team()))));
CREATE POLICY staff_adds ON public.known_connection FOR INSERT WITH CHECK ((public.actor_is_staff() OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY staff_adds ON public.match FOR INSERT WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.support_request FOR INSERT WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_adds ON public.volunteer FOR INSERT WITH CHECK ((public.actor_is_staff() OR (public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (person IN ( SELECT public.actor_people() AS actor_people)))));
CREATE POLICY staff_ends ON public.cover_person FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY staff_ends ON public.known_connection FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY staff_opens ON public.debrief FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
ALTER TABLE public.support_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.team ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.time_away ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.volunteer ENABLE ROW LEVEL SECURITY;
CREATE POLICY while_it_waits ON public.csv_import AS RESTRICTIVE FOR DELETE USING ((imported_at IS NULL));
CREATE POLICY who_acts ON public.escalation_step FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]) OR (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AND (NOT (by_person IS DISTINCT FROM public.actor_person())) AND (escalation IN ( SELECT escalation.id
   FROM public.escalation)))));
CREATE POLICY who_adds ON public.person FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]) OR (public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (role = 'volunteer'::text) AND ((public.actor_team() IS NULL) OR (team = public.actor_team())))));
CREATE POLICY who_answers ON public.escalation FOR UPDATE USING ((( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['advocate'::text]))) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text]) AS actor_is) AND (family IS NULL) AND (opened_by IN ( SELECT public.actor_people() AS actor_people)))));
CREATE POLICY who_asks ON public.opted_out_number FOR SELECT USING (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'worker'::text, 'command'::text, 'doorkeeper'::text]));
CREATE POLICY who_asks ON public.recurring_job FOR UPDATE USING (public.actor_is(VARIADIC ARRAY['admin'::text])) WITH CHECK ((public.actor_is(VARIADIC ARRAY['admin'::text]) AND (asked_at IS NOT NULL)));
CREATE POLICY who_breaks ON public.break_glass FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['admin'::text, 'coordinator'::text, 'advocate'::text, 'team_lead'::text]) AND (person = public.actor_person()) AND (reviewed_at IS NULL) AND (expires_at <= (opened_at + '01:00:00'::interval)) AND (opened_at < (now() + '00:05:00'::interval))));
CREATE POLICY who_changes ON public.contact_phone FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_changes ON public.family FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (id IN ( SELECT public.actor_families() AS actor_families)))));
CREATE POLICY who_changes ON public.match FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (id IN ( SELECT public.actor_matches() AS actor_matches)) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families)))));
CREATE POLICY who_changes ON public.other_hours USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer = public.actor_volunteer()) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY who_changes ON public.person FOR UPDATE USING (((id = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text, 'worker'::text, 'command'::text])));
CREATE POLICY who_changes ON public.recurring_job FOR UPDATE USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY who_changes ON public.support_request FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_changes ON public.time_away USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer = public.actor_volunteer()) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY who_changes ON public.volunteer FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (id = public.actor_volunteer()) OR (id IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY who_closes ON public.debrief FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_closes ON public.task FOR UPDATE USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (owner = public.actor_person()) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families))) OR ((family IS NULL) AND (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers)))));
CREATE POLICY who_compares ON public.compared_day FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY who_covers ON public.follow_up USING ((match IN ( SELECT public.covered_matches() AS covered_matches)));
CREATE POLICY who_decides ON public.cadence_settings FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_decides ON public.match_settings FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_decides ON public.retention_period USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_ends ON public.sign_in_session FOR DELETE USING (((person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text, 'worker'::text, 'command'::text])));
CREATE POLICY who_ends ON public.sign_in_step FOR DELETE USING (((person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text])));
CREATE POLICY who_hands_over ON public.handover USING ((match IN ( SELECT m.id
   FROM public.match m
  WHERE ((m.volunteer = ( SELECT public.actor_volunteer() AS actor_volunteer)) AND (m.status = ANY (ARRAY['introduced'::text, 'active'::text, 'paused'::text, 'transferring'::text, 'closing'::text])))))) WITH CHECK (((written_by = public.actor_person()) AND (match IN ( SELECT m.id
   FROM public.match m
  WHERE ((m.volunteer = ( SELECT public.actor_volunteer() AS actor_volunteer)) AND (m.status = ANY (ARRAY['introduced'::text, 'active'::text, 'paused'::text, 'transferring'::text, 'closing'::text])))))));
CREATE POLICY who_manages ON public.api_token USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_may ON public.call USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR ((family IN ( SELECT public.actor_families() AS actor_families)) AND (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers)))))) WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR ((family IN ( SELECT public.actor_families() AS actor_families)) AND (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text]) AS actor_is) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))))));
CREATE POLICY who_may ON public.follow_up USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR ((family IN ( SELECT public.actor_families() AS actor_families)) AND (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers)))))) WITH CHECK ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_may ON public.follow_up_move USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (EXISTS ( SELECT
   FROM public.follow_up f
  WHERE (f.id = follow_up_move.follow_up)))));
CREATE POLICY who_may ON public.follow_up_plan USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (EXISTS ( SELECT
   FROM public.match m
  WHERE (m.id = follow_up_plan.match)))));
CREATE POLICY who_may ON public.phone_leg USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (EXISTS ( SELECT
   FROM public.phone_call c
  WHERE (c.id = phone_leg.phone_call)))));
CREATE POLICY who_notes ON public.recurring_job FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY who_opens ON public.escalation FOR INSERT WITH CHECK ((public.actor_is_staff() OR ((opened_by = public.actor_person()) AND ((family IS NULL) OR (family IN ( SELECT public.actor_families() AS actor_families))))));
CREATE POLICY who_opens ON public.task FOR INSERT WITH CHECK ((public.actor_is_staff() OR ((opened_by = public.actor_person()) AND ((family IS NULL) OR (family IN ( SELECT public.actor_families() AS actor_families))))));
CREATE POLICY who_prepares ON public.prepared_pair FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text]));
CREATE POLICY who_prepares ON public.prepared_proposal FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text]));
CREATE POLICY who_reads ON public.audit_event FOR SELECT USING (( SELECT public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text, 'worker'::text, 'command'::text]) AS actor_is));
CREATE POLICY who_reads ON public.audit_seal FOR SELECT USING (( SELECT public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text, 'worker'::text, 'command'::text]) AS actor_is));
CREATE POLICY who_reads ON public.audit_unsealed FOR SELECT USING (( SELECT public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text, 'worker'::text, 'command'::text]) AS actor_is));
CREATE POLICY who_reads ON public.break_glass FOR SELECT USING (((person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text, 'command'::text])));
CREATE POLICY who_reads ON public.cadence_settings FOR SELECT USING ((public.actor_role() <> ''::text));
CREATE POLICY who_reads ON public.compared_day FOR SELECT USING (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'leadership'::text, 'worker'::text, 'command'::text]));
CREATE POLICY who_reads ON public.inbound_text USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))));
CREATE POLICY who_reads ON public.match_settings FOR SELECT USING ((public.actor_role() <> ''::text));
CREATE POLICY who_reads ON public.operation_run FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'worker'::text, 'command'::text, 'doorkeeper'::text]));
CREATE POLICY who_reads ON public.prepared_proposal FOR SELECT USING (public.actor_is(VARIADIC ARRAY['coordinator'::text, 'worker'::text, 'command'::text]));
CREATE POLICY who_reads ON public.recurring_job FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'worker'::text, 'command'::text]));
CREATE POLICY who_reads ON public.retention_period FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text, 'worker'::text, 'command'::text]));
CREATE POLICY who_records ON public.activity FOR INSERT WITH CHECK (((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer = public.actor_volunteer()) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers))) AND (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]) OR (recorded_by = public.actor_person())) AND (voided_at IS NULL)));
CREATE POLICY who_resets ON public.authenticator FOR DELETE USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_resets ON public.passkey FOR DELETE USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_resets ON public.recovery_code FOR DELETE USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_reviews ON public.break_glass FOR UPDATE USING ((public.actor_is(VARIADIC ARRAY['admin'::text, 'auditor'::text]) AND (person <> public.actor_person()) AND (reviewed_at IS NULL))) WITH CHECK ((reviewed_by = public.actor_person()));
CREATE POLICY who_runs ON public.operation_run USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY who_seals ON public.audit_seal FOR INSERT WITH CHECK ((public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]) AND (dropped_at IS NULL)));
CREATE POLICY who_seals ON public.audit_unsealed FOR DELETE USING (public.actor_is(VARIADIC ARRAY['worker'::text]));
CREATE POLICY who_sees ON public.activity FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.authenticator FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_sees ON public.blocked_person FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.consent FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.contact FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.contact_phone FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.cover_call FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (volunteer = public.actor_volunteer())));
CREATE POLICY who_sees ON public.cover_person FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families))));
CREATE POLICY who_sees ON public.credential FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.debrief FOR SELECT USING ((( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['advocate'::text]))) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.escalation FOR SELECT USING ((( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['advocate'::text]))) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text]) AS actor_is) AND (family IS NULL) AND (opened_by IN ( SELECT public.actor_people() AS actor_people))) OR ((opened_by = public.actor_person()) AND ((family IS NULL) OR (family IN ( SELECT public.actor_families() AS actor_families))))));
CREATE POLICY who_sees ON public.escalation_step FOR SELECT USING ((escalation IN ( SELECT escalation.id
   FROM public.escalation)));
CREATE POLICY who_sees ON public.family FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (id IN ( SELECT public.actor_families() AS actor_families)) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text]) AS actor_is) AND (team = public.actor_team()))));
CREATE POLICY who_sees ON public.faon_member FOR SELECT USING (( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]))));
CREATE POLICY who_sees ON public.faon_participation FOR SELECT USING (( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]))));
CREATE POLICY who_sees ON public.faon_proof FOR SELECT USING (( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]))));
CREATE POLICY who_sees ON public.faon_request FOR SELECT USING (( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]))));
CREATE POLICY who_sees ON public.incident FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.known_connection FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.managed_families() AS managed_families)) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers)) OR ((recorded_by = public.actor_person()) AND (volunteer = public.actor_volunteer()))));
CREATE POLICY who_sees ON public.lived_experience FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.match FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (id IN ( SELECT public.actor_matches() AS actor_matches)) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families)))));
CREATE POLICY who_sees ON public.other_hours FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.passkey FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_sees ON public.person FOR SELECT USING (((id = public.actor_person()) OR ( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['admin'::text, 'doorkeeper'::text]))) OR (( SELECT public.actor_is(VARIADIC ARRAY['team_lead'::text, 'coordinator'::text]) AS actor_is) AND ((team = public.actor_team()) OR (id IN ( SELECT public.actor_people() AS actor_people))))));
CREATE POLICY who_sees ON public.prepared_pair FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR ((family IN ( SELECT public.managed_families() AS managed_families)) AND ((volunteer IS NULL) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))))));
CREATE POLICY who_sees ON public.recovery_code FOR SELECT USING (public.actor_is(VARIADIC ARRAY['admin'::text, 'command'::text]));
CREATE POLICY who_sees ON public.sensitive_date FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families)))));
CREATE POLICY who_sees ON public.service_event FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families)))));
CREATE POLICY who_sees ON public.sign_in_session FOR SELECT USING (((person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text, 'worker'::text, 'command'::text])));
CREATE POLICY who_sees ON public.sign_in_step FOR SELECT USING (((person = public.actor_person()) OR public.actor_is(VARIADIC ARRAY['admin'::text])));
CREATE POLICY who_sees ON public.support_request FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY who_sees ON public.task FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (owner = public.actor_person()) OR ((opened_by = public.actor_person()) AND ((family IS NULL) OR (family IN ( SELECT public.actor_families() AS actor_families)))) OR (( SELECT public.actor_is(VARIADIC ARRAY['coordinator'::text, 'advocate'::text]) AS actor_is) AND (family IN ( SELECT public.actor_families() AS actor_families))) OR ((family IS NULL) AND (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers)))));
CREATE POLICY who_sees ON public.time_away FOR SELECT USING ((( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.actor_volunteers() AS actor_volunteers))));
CREATE POLICY who_sees ON public.volunteer FOR SELECT USING ((( SELECT (public.actor_is_staff() OR public.actor_is(VARIADIC ARRAY['doorkeeper'::text]))) OR (id = public.actor_volunteer()) OR (person IN ( SELECT public.actor_people() AS actor_people))));
CREATE POLICY who_sees_opened ON public.blocked_person FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.consent FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.contact FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.contact_phone FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.family FOR SELECT USING ((id IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.incident FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.match FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_sees_opened ON public.support_request FOR SELECT USING ((family IN ( SELECT public.opened_families() AS opened_families)));
CREATE POLICY who_stops ON public.family FOR UPDATE USING (((held_at IS NULL) AND (id IN ( SELECT public.actor_families() AS actor_families)))) WITH CHECK ((held_at IS NOT NULL));
CREATE POLICY who_voids ON public.activity FOR UPDATE USING (((voided_at IS NULL) AND (( SELECT public.actor_is_staff() AS actor_is_staff) OR (volunteer IN ( SELECT public.managed_volunteers() AS managed_volunteers)) OR ((volunteer = public.actor_volunteer()) AND (recorded_by = public.actor_person()))))) WITH CHECK ((public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]) OR (voided_by = public.actor_person())));
CREATE POLICY whoever_hears_it ON public.opted_out_number FOR INSERT WITH CHECK ((public.actor_role() <> ''::text));
CREATE POLICY whoever_hears_no ON public.consent FOR INSERT WITH CHECK (((NOT granted) AND (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY whose ON public.authenticator USING ((person = public.actor_person()));
CREATE POLICY whose ON public.calendar_feed USING ((volunteer = public.actor_volunteer()));
CREATE POLICY whose ON public.call_draft USING ((public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]) OR ((person = public.actor_person()) AND (EXISTS ( SELECT
   FROM public.follow_up f
  WHERE (f.id = call_draft.follow_up))))));
CREATE POLICY whose ON public.calling_pin USING ((volunteer = public.actor_volunteer()));
CREATE POLICY whose ON public.csv_import USING ((public.actor_is(VARIADIC ARRAY['command'::text]) OR ((person = public.actor_person()) AND public.actor_is(VARIADIC ARRAY['coordinator'::text]) AND (public.actor_team() IS NULL))));
CREATE POLICY whose ON public.imported_row USING ((EXISTS ( SELECT
   FROM public.csv_import i
  WHERE (i.id = imported_row.upload))));
CREATE POLICY whose ON public.message FOR SELECT USING ((person = public.actor_person()));
CREATE POLICY whose ON public.passkey USING ((person = public.actor_person()));
CREATE POLICY whose ON public.phone_call USING (((volunteer = public.actor_volunteer()) AND (family IN ( SELECT public.actor_families() AS actor_families))));
CREATE POLICY whose ON public.phone_leg FOR SELECT USING ((person = public.actor_person()));
CREATE POLICY whose ON public.recovery_code USING ((person = public.actor_person()));
CREATE POLICY whose_it_is ON public.known_connection FOR INSERT WITH CHECK (((volunteer = public.actor_volunteer()) AND (recorded_by = public.actor_person()) AND (kind = 'personally_known'::text) AND (ended_at IS NULL) AND (family IN ( SELECT m.family
   FROM public.match m
  WHERE ((m.volunteer = public.actor_volunteer()) AND (m.id IN ( SELECT public.actor_matches() AS actor_matches)))))));
CREATE POLICY worker_asks ON public.cover_call FOR INSERT WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
CREATE POLICY worker_ends ON public.cover_call FOR UPDATE USING (public.actor_is(VARIADIC ARRAY['worker'::text, 'command'::text]));
ALTER TABLE public.worker_heartbeat ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_writes ON public.worker_heartbeat USING (public.actor_is(VARIADIC ARRAY['worker'::text])) WITH CHECK (public.actor_is(VARIADIC ARRAY['worker'::text]));
GRANT USAGE ON SCHEMA public TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.activity TO teamhope_app;
GRANT UPDATE(voided_at) ON TABLE public.activity TO teamhope_app;
GRANT UPDATE(voided_by) ON TABLE public.activity TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.api_token TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.audit_event TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.audit_seal TO teamhope_app;
GRANT SELECT,DELETE ON TABLE public.audit_unsealed TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.call TO teamhope_app;
GRANT UPDATE(voided_at) ON TABLE public.call TO teamhope_app;
GRANT UPDATE(voided_by) ON TABLE public.call TO teamhope_app;
GRANT UPDATE(void_reason) ON TABLE public.call TO teamhope_app;
GRANT SELECT ON TABLE public.audited_call TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.authenticator TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.blocked_person TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.blocked_person TO teamhope_app;
GRANT UPDATE(ended_by) ON TABLE public.blocked_person TO teamhope_app;
GRANT UPDATE(end_reason) ON TABLE public.blocked_person TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.break_glass TO teamhope_app;
GRANT UPDATE(reviewed_by) ON TABLE public.break_glass TO teamhope_app;
GRANT UPDATE(reviewed_at) ON TABLE public.break_glass TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.cadence_settings TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.calendar_feed TO teamhope_app;
GRANT UPDATE(secret_hash) ON TABLE public.calendar_feed TO teamhope_app;
GRANT UPDATE(created_at) ON TABLE public.calendar_feed TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.call_difference TO teamhope_app;
GRANT UPDATE(settled_at) ON TABLE public.call_difference TO teamhope_app;
GRANT UPDATE(settled_by) ON TABLE public.call_difference TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.call_draft TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.calling_pin TO teamhope_app;
GRANT UPDATE(pin_index) ON TABLE public.calling_pin TO teamhope_app;
GRANT UPDATE(created_at) ON TABLE public.calling_pin TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.compared_day TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.consent TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.contact TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(kind) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(safe_to_call) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(voicemail) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(agreed_words) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(safe_to_text) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(only_i_see_this_phone) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(confirmed_on) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(stopped_at) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(stop_reason) ON TABLE public.contact_phone TO teamhope_app;
GRANT UPDATE(no_time_in_text) ON TABLE public.contact_phone TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.family TO teamhope_app;
GRANT SELECT ON TABLE public.counted_call TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.faon_member TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.faon_participation TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.faon_proof TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.faon_request TO teamhope_app;
GRANT SELECT ON TABLE public.counted_faon_member TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.match TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(status_since) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(by_optimizer) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(answer_due_at) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(accepted_at) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(introduced_at) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(first_conversation_at) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(closed_at) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(close_reason) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(counted_accepted_on) ON TABLE public.match TO teamhope_app;
GRANT UPDATE(counted_wait_minutes) ON TABLE public.match TO teamhope_app;
GRANT SELECT ON TABLE public.counted_match TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(timezone) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(local_date) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(local_start) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(due_at) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(window_end_at) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(attempts_used) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(asked_callback) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(waits_since) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(count_again_at) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(counted_on) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(counted_promise) ON TABLE public.follow_up TO teamhope_app;
GRANT UPDATE(counted_on_time) ON TABLE public.follow_up TO teamhope_app;
GRANT SELECT ON TABLE public.counted_promise TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.service_event TO teamhope_app;
GRANT SELECT ON TABLE public.counted_service_event TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.cover_call TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.cover_call TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.cover_person TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.cover_person TO teamhope_app;
GRANT UPDATE(ended_by) ON TABLE public.cover_person TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.credential TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.csv_import TO teamhope_app;
GRANT UPDATE(sheet) ON TABLE public.csv_import TO teamhope_app;
GRANT UPDATE(imported_at) ON TABLE public.csv_import TO teamhope_app;
GRANT UPDATE(left_out) ON TABLE public.csv_import TO teamhope_app;
GRANT UPDATE(taken_back) ON TABLE public.csv_import TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.debrief TO teamhope_app;
GRANT UPDATE(call) ON TABLE public.debrief TO teamhope_app;
GRANT UPDATE(due_at) ON TABLE public.debrief TO teamhope_app;
GRANT UPDATE(done_at) ON TABLE public.debrief TO teamhope_app;
GRANT UPDATE(waived_at) ON TABLE public.debrief TO teamhope_app;
GRANT UPDATE(done_by) ON TABLE public.debrief TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.erasure_request TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(where_now) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(acknowledged_at) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(acknowledged_by) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(help_confirmed_at) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(closed_at) ON TABLE public.escalation TO teamhope_app;
GRANT UPDATE(closed_without_confirmation) ON TABLE public.escalation TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.escalation_step TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.fallback_number TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.follow_up_move TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.follow_up_plan TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.handover TO teamhope_app;
GRANT UPDATE(topics) ON TABLE public.handover TO teamhope_app;
GRANT UPDATE(helps) ON TABLE public.handover TO teamhope_app;
GRANT UPDATE(note) ON TABLE public.handover TO teamhope_app;
GRANT UPDATE(written_by) ON TABLE public.handover TO teamhope_app;
GRANT UPDATE(written_at) ON TABLE public.handover TO teamhope_app;
GRANT SELECT ON TABLE public.handed_over TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.imported_row TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(sender) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(words) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(applied_at) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(family) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(volunteer) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(read_by) ON TABLE public.inbound_text TO teamhope_app;
GRANT UPDATE(read_at) ON TABLE public.inbound_text TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.incident TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.installation TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.known_connection TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.known_connection TO teamhope_app;
GRANT UPDATE(ended_by) ON TABLE public.known_connection TO teamhope_app;
GRANT UPDATE(end_reason) ON TABLE public.known_connection TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.legal_hold TO teamhope_app;
GRANT UPDATE(lifted_by) ON TABLE public.legal_hold TO teamhope_app;
GRANT UPDATE(lifted_at) ON TABLE public.legal_hold TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(link) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(attempts) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(due_at) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(lease_until) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(error_code) ON TABLE public.letter TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.letter TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lived_experience TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(urgency) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(match_mode) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(preferences) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(status_since) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(ready_at) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(resume_on) ON TABLE public.support_request TO teamhope_app;
GRANT UPDATE(owner) ON TABLE public.support_request TO teamhope_app;
GRANT SELECT ON TABLE public.match_offer TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.match_settings TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.message TO teamhope_app;
GRANT SELECT ON TABLE public.migration TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.on_call_shift TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.one_use_link TO teamhope_app;
GRANT UPDATE(used_at) ON TABLE public.one_use_link TO teamhope_app;
GRANT SELECT ON TABLE public.opened_family TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.operation_run TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.opted_out_number TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.other_hours TO teamhope_app;
GRANT UPDATE(from_a) ON TABLE public.other_hours TO teamhope_app;
GRANT UPDATE(until_a) ON TABLE public.other_hours TO teamhope_app;
GRANT UPDATE(from_b) ON TABLE public.other_hours TO teamhope_app;
GRANT UPDATE(until_b) ON TABLE public.other_hours TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passkey TO teamhope_app;
GRANT SELECT ON TABLE public.past_call TO teamhope_app;
GRANT SELECT ON TABLE public.past_match TO teamhope_app;
GRANT SELECT ON TABLE public.past_minutes TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.person TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.phone_call TO teamhope_app;
GRANT UPDATE(cleared_at) ON TABLE public.phone_call TO teamhope_app;
GRANT UPDATE(refused) ON TABLE public.phone_call TO teamhope_app;
GRANT UPDATE(warned_at) ON TABLE public.phone_call TO teamhope_app;
GRANT UPDATE(call) ON TABLE public.phone_call TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.phone_call TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(due_at) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(attempts) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(lease_until) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(lease_owner) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(dialling_at) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(provider_sid) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(answered_at) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(joined_at) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(ended_at) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(talk_seconds) ON TABLE public.phone_leg TO teamhope_app;
GRANT UPDATE(error_code) ON TABLE public.phone_leg TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.prepared_pair TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.prepared_proposal TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.promise_step TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.provider_callback TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_code TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.recurring_job TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.release TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.retention_period TO teamhope_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.sensitive_date TO teamhope_app;
GRANT SELECT ON TABLE public.sensitive_day TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_session TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_step TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_throttle TO teamhope_app;
GRANT SELECT,INSERT ON TABLE public.task TO teamhope_app;
GRANT UPDATE(status) ON TABLE public.task TO teamhope_app;
GRANT UPDATE(closed_at) ON TABLE public.task TO teamhope_app;
GRANT UPDATE(closed_by) ON TABLE public.task TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.team TO teamhope_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.time_away TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.volunteer TO teamhope_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.worker_heartbeat TO teamhope_app;
