"""Project closure."""
