"""Figures kept at a date."""
