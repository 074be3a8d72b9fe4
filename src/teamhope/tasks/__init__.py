"""What somebody has to do and no other state speaks of."""
