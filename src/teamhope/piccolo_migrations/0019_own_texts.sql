-- Whether one is sent texts is one's own choice.
drop trigger not_oneself on person;
create trigger not_oneself before update of id, name, email, email_index, phone, phone_index, role, status, timezone, team,
  created_at, anonymised_at on person for each row execute function only_by('admin', 'worker', 'command');
