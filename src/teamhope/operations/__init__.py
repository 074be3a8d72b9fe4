"""What the service knows of itself: is this database fit to be served, and are its workers alive."""
