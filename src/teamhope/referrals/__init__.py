"""Professionals of the Family Advocacy Outreach Network (FAON) and other help that families are referred to."""
