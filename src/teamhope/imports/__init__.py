"""Volunteers and families out of a file: looked at first, imported as a whole, taken back for a day."""
