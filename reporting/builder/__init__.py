"""Self-service reports."""
