"""E-mail to people of the programme: a link, a review or a call for help that waits; never about a family."""
