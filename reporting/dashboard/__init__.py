"""The portfolio home."""
