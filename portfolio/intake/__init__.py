"""Ideas and demands."""
