"""Calls: what was said to whom and when, and what the telephone provider reports."""
