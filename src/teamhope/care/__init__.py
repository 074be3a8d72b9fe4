"""Danger and its clocks, and the volunteers' own need to talk after a hard call."""
