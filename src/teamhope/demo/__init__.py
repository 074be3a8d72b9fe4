"""Demonstration data: clearly fake people, so that a newcomer sees the service at work within a minute."""
