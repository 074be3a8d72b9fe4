"""Looking at what was done and read, and families opened outside one's scope."""
