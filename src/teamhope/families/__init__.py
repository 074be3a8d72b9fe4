"""Families: who they are, how they may be reached, what they asked for."""
