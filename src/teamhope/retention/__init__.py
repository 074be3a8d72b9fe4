"""What is kept and for how long: periods, the purge, erasure on request, and what was given to whom."""
