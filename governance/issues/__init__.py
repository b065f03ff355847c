"""Issues and exceptions."""
