"""Document library."""
