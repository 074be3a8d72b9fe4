-- What she is not to be given is hers to say; that it is she herself, or who looks after her, says the policy who_changes.
drop trigger not_oneself on volunteer;
create trigger not_oneself before update of status, created_at
  on volunteer for each row execute function only_by('coordinator', 'worker', 'command');

-- An experience that was entered by mistake does not stay: nothing refers to it. Whose rows: the policy staff.
grant delete on lived_experience to teamhope_app;
