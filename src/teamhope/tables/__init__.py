"""Piccolo's picture of the tables, one file per aggregate. Limits, indexes and policies live in the migrations."""
