"""Volunteers: what they lived through, what they can take, when they are free, what they have learned."""
