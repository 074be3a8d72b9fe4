-- What a family agrees that the next volunteer may know: records as of every other consent.
alter table consent drop constraint consent_kind_check;
alter table consent add constraint consent_kind_check check (kind in ('peer_match', 'share_profile_with_volunteer', 'voice_call',
  'voicemail', 'sms_reminder', 'email', 'release_to_third_party', 'handover_facts', 'handover_note'));

-- What whoever accompanied a family leaves to the next: codes, and a note; `written_at` is when the note became what it is.
alter table match add unique (id, family);
create table handover (
  id uuid primary key,
  match uuid not null unique references match on delete restrict,
  family uuid not null references family on delete restrict,
  topics text[] not null default '{}' check (cardinality(topics) <= 40),
  helps text[] not null default '{}' check (helps <@ array['listening', 'clear_steps', 'short_calls', 'same_time', 'silence',
    'no_questions']),
  note bytea,
  written_by uuid references person on delete restrict,
  written_at timestamptz not null,
  foreign key (match, family) references match (id, family)
);
create index on handover (family);
create index on handover (written_by);
alter table handover enable row level security;
create policy staff on handover using ((select actor_is_staff()) or family in (select managed_families()));
-- Whoever accompanies the family, as long as she does; who was there before her is not hers to read, see handed_over.
create policy who_hands_over on handover using (match in (select m.id from match m
    where m.volunteer = (select actor_volunteer())
      and m.status in ('introduced', 'active', 'paused', 'transferring', 'closing')))
  with check (written_by = actor_person() and match in (select m.id from match m
    where m.volunteer = (select actor_volunteer())
      and m.status in ('introduced', 'active', 'paused', 'transferring', 'closing')));

-- To the next volunteer, once she is introduced, what the one before her left; each part only if the family agreed to it.
-- The latest answer counts, and of two at one instant the no. An answer of before the introduction was about somebody else,
-- and a yes of before the note was written about other words.
create view handed_over with (security_barrier) as
  select h.id, mine.id as match, h.written_at,
         case when agreed.facts then h.topics else '{}' end as topics,
         case when agreed.facts then h.helps else '{}' end as helps,
         case when agreed.note then h.note end as note
  from match mine
  join match before on before.contact = mine.contact and before.id = (
    select m.id from match m where m.request = mine.request and m.introduced_at < mine.introduced_at
    order by m.introduced_at desc limit 1)
  join handover h on h.match = before.id
  cross join lateral (
    select (select c.granted and c.at >= before.introduced_at from consent c
              where c.contact = before.contact and c.kind = 'handover_facts'
              order by c.at desc, c.granted limit 1) as facts,
           (select c.granted and c.at > greatest(before.introduced_at, h.written_at) from consent c
              where c.contact = before.contact and c.kind = 'handover_note'
              order by c.at desc, c.granted limit 1) as note
  ) agreed
  where mine.volunteer = actor_volunteer() and mine.status in ('introduced', 'active', 'paused', 'transferring', 'closing')
    and (agreed.facts or agreed.note);

-- What would be the best for everyone who waits, worked out once a day: ids and scores, and nobody is asked by it.
create table prepared_proposal (
  id uuid primary key,
  local_date date not null unique,
  prepared_at timestamptz not null,
  settings_version text not null check (length(settings_version) between 1 and 40)
);
create table prepared_pair (
  id uuid primary key,
  proposal uuid not null references prepared_proposal on delete cascade,
  request uuid not null references support_request on delete restrict,
  family uuid not null references family on delete restrict,
  volunteer uuid references volunteer on delete restrict,
  score smallint check (score between 0 and 100),
  unique (proposal, request),
  check ((volunteer is null) = (score is null)),
  foreign key (request, family) references support_request (id, family)
);
create index on prepared_pair (request);
create index on prepared_pair (family);
create index on prepared_pair (volunteer);
alter table prepared_proposal enable row level security;
create policy who_reads on prepared_proposal for select using (actor_is('coordinator', 'worker', 'command'));
create policy who_prepares on prepared_proposal for insert with check (actor_is('worker'));
alter table prepared_pair enable row level security;
-- A coordinator of a team sees a pair if both are hers to see.
create policy who_sees on prepared_pair for select using ((select actor_is_staff())
  or (family in (select managed_families()) and (volunteer is null or volunteer in (select actor_volunteers()))));
create policy who_prepares on prepared_pair for insert with check (actor_is('worker'));

grant select, insert on handover, prepared_proposal, prepared_pair to teamhope_app;
grant update (topics, helps, note, written_by, written_at) on handover to teamhope_app;
grant select on handed_over to teamhope_app;
