"""E-mail to people of the programme: an invitation, a new password, a review that waits; never about a family."""
