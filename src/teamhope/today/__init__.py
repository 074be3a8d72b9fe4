"""Each role's start page: who waits, what is promised, what is overdue."""
