"""Follow-ups: when the next call is due, and what comes of each call."""
