"""Lists over many projects."""
