-- Texts about one promised call: a nudge to its volunteer, a reminder to its family.
alter table message
  alter person drop not null,
  add contact uuid references contact on delete restrict,
  add contact_phone uuid references contact_phone on delete restrict,
  add follow_up uuid references follow_up on delete restrict,
  add body_erased_at timestamptz,
  drop constraint message_kind_check,
  add constraint message_kind_check check (kind in ('daily_reminder', 'nudge_at_start', 'nudge_at_end', 'family_reminder')),
  add constraint message_goes_to_one check (num_nonnulls(person, contact) = 1),
  add constraint message_has_a_number check ((contact is null) = (contact_phone is null)),
  add constraint message_to_family check ((contact is not null) = (kind = 'family_reminder')),
  add constraint message_of_a_call check ((follow_up is null) = (kind = 'daily_reminder')),
  drop constraint message_person_kind_local_date_key,
  add constraint one_message unique nulls not distinct (person, kind, local_date, follow_up, contact);
create unique index one_family_message_in_doubt on message (contact) where status in ('sending', 'uncertain');
create index on message (contact) where contact is not null;
create index on message (follow_up) where follow_up is not null;
create index on message (contact_phone) where contact_phone is not null;
create index message_body_kept on message (sending_at)
  where contact is not null and body_erased_at is null and provider_sid is not null;
create policy of_a_call on message for select using (
  contact is not null and exists (select from follow_up f where f.id = message.follow_up));

-- What the family chose for this telephone: a text to it says that there is a call, not when.
alter table contact_phone add no_time_in_text boolean not null default false;
grant update (no_time_in_text) on contact_phone to teamhope_app;
