"""Process improvement."""
