-- A debrief is closed once: whoever looks after a volunteer says that they talked, she alone that she does not need it.
alter table debrief add done_by uuid references person on delete restrict;
alter table debrief add check (num_nonnulls(done_at, waived_at) <= 1);
alter table debrief add check (done_by is null or done_at is not null);
create index on debrief (done_by);
create index open_debrief_due on debrief (due_at) where done_at is null and waived_at is null;

create function closes_a_debrief() returns trigger language plpgsql as $$
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
create trigger closes before update on debrief for each row execute function closes_a_debrief();

drop policy who_may on debrief;
create policy who_sees on debrief for select using (
  (select actor_is_staff() or actor_is('advocate')) or volunteer in (select actor_volunteers()));
create policy staff_opens on debrief for insert with check (actor_is('worker', 'command'));
create policy who_closes on debrief for update using (
  (select actor_is_staff()) or volunteer in (select actor_volunteers()));
revoke update on debrief from teamhope_app;
grant update (call, due_at, done_at, done_by, waived_at) on debrief to teamhope_app;
