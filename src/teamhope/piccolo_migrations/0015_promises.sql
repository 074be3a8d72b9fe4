-- What became of each promise, stored when it is decided, so that no purge moves a past year; and who may call in the
-- place of a volunteer who has not.
alter table follow_up
  add waits_since timestamptz, -- since when nobody was to call; stays where the call was cancelled meanwhile
  add count_again_at timestamptz, -- when the clock looks at the promise next; null: never again
  add counted_on date,
  add counted_promise text check (counted_promise in ('kept', 'late', 'missed')),
  add counted_on_time boolean,
  add check ((counted_on is null) = (counted_promise is null)),
  add check (counted_on_time is null or counted_on is not null);
create index on follow_up (counted_on) where counted_on is not null;
create index promise_to_count on follow_up (count_again_at) where count_again_at is not null;
create trigger worker_counts before update of count_again_at, counted_on, counted_promise, counted_on_time on follow_up
  for each row execute function only_by('worker', 'command');

-- Promises from before: the worker counts them. Since when a call waits was not kept: it did not wait to be made.
update follow_up set
  waits_since = case when follow_up.status = 'suspended' then least(due_at, follow_up.created_at) end,
  count_again_at = greatest(original_due_at, due_at) + interval '24 hours'
from family f where f.id = follow_up.family and f.status <> 'anonymised';

-- After a wait a call is promised anew.
alter table follow_up_move drop constraint follow_up_move_moved_for_check;
alter table follow_up_move add constraint follow_up_move_moved_for_check
  check (moved_for in ('family', 'volunteer', 'staff', 'retry', 'hold', 'zone', 'zone_rules'));

-- What was done because nobody called, each once for a promised time.
create table promise_step (
  id uuid primary key,
  follow_up uuid not null references follow_up on delete restrict,
  due_at timestamptz not null,
  step text not null check (step in ('ask_cover', 'missed', 'reassign')),
  taken_at timestamptz not null,
  unique (follow_up, due_at, step)
);
alter table promise_step enable row level security;
create policy processes on promise_step using (actor_is('worker', 'command'));

-- Whom a family has agreed to hear from when its own volunteer cannot call.
create table cover_person (
  id uuid primary key,
  match uuid not null references match on delete restrict,
  family uuid not null references family on delete restrict,
  contact uuid not null references contact on delete restrict, -- who agreed
  volunteer uuid not null references volunteer on delete restrict,
  agreed_on date not null,
  method text not null check (method in ('verbal_recorded_by_staff', 'web_form', 'sms_keyword', 'written')),
  recorded_by uuid references person on delete restrict,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references person on delete restrict,
  foreign key (match, family) references match (id, family),
  foreign key (contact, family) references contact (id, family)
);
create unique index one_standing_cover on cover_person (match) where ended_at is null;
create index on cover_person (match);
create index on cover_person (family);
create index on cover_person (contact);
create index on cover_person (volunteer);
create index on cover_person (recorded_by);
create index on cover_person (ended_by);
alter table cover_person enable row level security;
-- Not the cover person herself: that she may be asked one day shows her no family.
create policy who_sees on cover_person for select using ((select actor_is_staff()) or family in (select managed_families()));
create policy staff_adds on cover_person for insert with check (actor_is_staff() or family in (select managed_families()));
create policy staff_ends on cover_person for update using (
  (select actor_is_staff()) or family in (select managed_families()));

-- From when she is asked, and for how long, she may call for one promised time.
create table cover_call (
  id uuid primary key,
  cover uuid not null references cover_person on delete restrict,
  follow_up uuid not null references follow_up on delete restrict,
  match uuid not null references match on delete restrict,
  family uuid not null references family on delete restrict,
  volunteer uuid not null references volunteer on delete restrict,
  due_at timestamptz not null,
  asked_at timestamptz not null,
  until_at timestamptz not null check (until_at > asked_at),
  ended_at timestamptz,
  unique (follow_up, due_at),
  foreign key (match, family) references match (id, family)
);
create index on cover_call (cover);
create index on cover_call (match);
create index on cover_call (family);
create index on cover_call (volunteer) where ended_at is null;
create index open_cover_call on cover_call (until_at) where ended_at is null;
alter table cover_call enable row level security;
create policy who_sees on cover_call for select using ((select actor_is_staff()) or family in (select managed_families())
  or volunteer = actor_volunteer());
create policy worker_asks on cover_call for insert with check (actor_is('worker', 'command'));
create policy worker_ends on cover_call for update using (actor_is('worker', 'command'));

create function covered_matches() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 5
  as $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select c.match from cover_call c join cover_person p on p.id = c.cover
        where c.volunteer = actor_volunteer() and c.ended_at is null and c.until_at > now() and p.ended_at is null;
    end if;
  end $$;

-- As before; and the family of a cover person as long as she is asked, and of an advocate on call who is to see that one
-- is called.
create or replace function actor_families() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 50
  as $$ begin
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

create or replace function actor_matches() returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp rows 50
  as $$ begin
    if actor_is('volunteer', 'team_lead') then
      return query select covered_matches();
      return query select m.id from match m where m.volunteer = any (array(select actor_volunteers()))
        and m.status in ('proposed_to_volunteer', 'accepted', 'family_notified', 'introduced', 'active', 'paused',
          'transferring', 'closing');
    end if;
  end $$;

-- She writes what follows from her call: its promise, and the next.
create policy who_covers on follow_up using (match in (select covered_matches()));

-- Her call of such a family stays hers to read as those of her own families do, from the call on.
create or replace view past_call with (security_barrier) as
  select k.id, k.volunteer, k.match, k.follow_up, f.family_no, k.direction, k.channel, k.placed_via, k.outcome,
         k.started_at, k.talk_seconds, k.language, k.topics, k.needs, k.emotional_load, k.callback_at, k.escalation_level,
         k.answered_by, k.logged_at, k.logged_by, k.corrects, k.voided_at, k.void_reason,
         case when k.volunteer = m.volunteer then coalesce(m.closed_at, m.status_since) else k.started_at end as match_ended_at
  from call k join match m on m.id = k.match join family f on f.id = k.family
  where case when k.volunteer = m.volunteer then coalesce(m.closed_at, m.status_since) else k.started_at end
        > now() - interval '90 days'
    and actor_is('volunteer', 'team_lead') and k.volunteer in (select actor_volunteers())
    and not k.family in (select actor_families());
create or replace view past_minutes with (security_barrier) as
  select k.volunteer, k.started_at, k.talk_seconds / 60 as talk_minutes
  from call k left join match m on m.id = k.match
  where coalesce(case when k.volunteer = m.volunteer then coalesce(m.closed_at, m.status_since) else k.started_at end
        <= now() - interval '90 days', true) and k.voided_at is null
    and not exists (select from call later where later.corrects = k.id)
    and actor_is('volunteer', 'team_lead') and k.volunteer in (select actor_volunteers())
    and not k.family in (select actor_families());

-- What is counted: each promise that was due, once; no name, no person, no time of day.
create view counted_promise with (security_barrier) as
  select p.id, p.counted_on as promised_on, p.counted_promise as became, p.counted_on_time as on_time,
         coalesce(f.duplicate_of, f.id) as family
  from follow_up p
  join family f on f.id = p.family
  where p.counted_on is not null and actor_is('coordinator', 'leadership', 'worker', 'command');

grant select on counted_promise to teamhope_app;
grant select, insert on promise_step, cover_person, cover_call to teamhope_app;
grant update (ended_at, ended_by) on cover_person to teamhope_app;
grant update (ended_at) on cover_call to teamhope_app;
grant update (waits_since, count_again_at, counted_on, counted_promise, counted_on_time) on follow_up to teamhope_app;
