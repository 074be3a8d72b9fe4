-- What a match is counted by, stored when she is asked and when she says yes, so that no purge moves a past year.
alter table match
  add waiting_since timestamptz, -- when the family began to wait for this volunteer; goes with the family
  add counted_offered_on date,
  add counted_accepted_on date,
  add counted_wait_minutes integer check (counted_wait_minutes >= 0),
  add counted_language text,
  add counted_concordant boolean not null default false,
  add counted_rematch boolean not null default false;

-- Matches from before: a family that waits again has waited since its earlier match ended.
with zone as (
  select coalesce((select report_timezone from installation), 'America/New_York') as name
), before as (
  select m.id, max(coalesce(e.closed_at, e.status_since)) as ended_at
  from match m join match e on e.request = m.request and e.accepted_at is not null and e.proposed_at < m.proposed_at
  group by m.id
)
update match set
  waiting_since = case when f.status <> 'anonymised' then least(greatest(r.ready_at, b.ended_at), m.proposed_at) end,
  counted_offered_on = (m.proposed_at at time zone z.name)::date,
  counted_accepted_on = (m.accepted_at at time zone z.name)::date,
  counted_language = f.primary_language,
  counted_concordant = exists (
    select from lived_experience l where l.volunteer = m.volunteer and l.case_type = i.case_type),
  counted_rematch = b.id is not null
from match m
join support_request r on r.id = m.request
join incident i on i.id = r.incident
join family f on f.id = m.family
left join before b on b.id = m.id
cross join zone z
where match.id = m.id;

-- How long is not known of families that were made anonymous before: their times are those of a month.
update match set counted_wait_minutes = floor(extract(epoch from accepted_at - waiting_since) / 60)
where accepted_at >= waiting_since;

alter table match
  alter counted_offered_on set not null,
  add check ((accepted_at is null) = (counted_accepted_on is null)),
  add check (counted_wait_minutes is null or counted_accepted_on is not null);
create index on match (counted_offered_on);
create index on match (counted_accepted_on);

grant update (counted_accepted_on, counted_wait_minutes) on match to teamhope_app;

-- What is counted: every offer but those of a family entered twice; no name, no person, no time of day.
create view counted_match with (security_barrier) as
  select m.id, m.counted_offered_on as offered_on, m.counted_accepted_on as accepted_on,
         m.counted_wait_minutes as wait_minutes, m.counted_language as language, m.counted_concordant as concordant,
         m.counted_rematch as rematch, coalesce(f.duplicate_of, f.id) as family
  from match m
  join family f on f.id = m.family
  where m.close_reason is distinct from 'duplicate'
    and actor_is('coordinator', 'leadership', 'worker', 'command');
grant select on counted_match to teamhope_app;
