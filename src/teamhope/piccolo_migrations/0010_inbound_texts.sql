-- What came back by text. Words are kept only of what a person has to read.
create table inbound_text (
  id uuid primary key,
  provider_sid text not null unique,
  sender bytea,
  sender_index bytea not null,
  meaning text not null check (meaning in ('stop', 'calls', 'unsure', 'help', 'other')),
  words bytea,
  received_at timestamptz not null,
  applied_at timestamptz,
  family uuid references family on delete restrict,
  volunteer uuid references volunteer on delete restrict,
  read_by uuid references person on delete restrict,
  read_at timestamptz,
  check ((words is null) = (sender is null)),
  check (words is null or meaning <> 'stop'),
  check (words is null or read_at is null),
  check (num_nonnulls(family, volunteer) <= 1)
);
create index on inbound_text (sender_index);
create index on inbound_text (family);
create index on inbound_text (volunteer);
create index on inbound_text (read_by);
create index inbound_text_open on inbound_text (received_at) where applied_at is null;
create index inbound_text_unread on inbound_text (received_at) where words is not null and read_at is null;
create trigger wake_worker after insert on inbound_text for each statement execute function wake_worker();
alter table inbound_text enable row level security;
create policy doorkeeper on inbound_text using (actor_is('doorkeeper'));
create policy who_reads on inbound_text using (
  (select actor_is_staff()) or family in (select managed_families()) or volunteer in (select managed_volunteers()));
grant select, insert on inbound_text to teamhope_app;
grant update (applied_at, family, volunteer, words, sender, read_by, read_at) on inbound_text to teamhope_app;

-- Until the transaction ends no text to this number begins to leave, and none from it is kept.
create function one_at_this_number(index bytea) returns void language sql volatile
  as $$ select pg_advisory_xact_lock(hashtextextended(encode(index, 'hex'), 0)) $$;
