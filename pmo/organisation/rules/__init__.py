"""Pure rules of the organisation's settings."""
