"""Verbs on files and on comments."""
