"""People of the programme: how they sign in and what each role may do."""
