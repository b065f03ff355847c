"""Actual hours."""
