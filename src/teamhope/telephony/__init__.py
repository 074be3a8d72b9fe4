"""Sends texts and checks the provider's webhooks. It knows no family and no table."""
