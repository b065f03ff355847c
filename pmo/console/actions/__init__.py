"""Verbs on accounts, grants, roles, tokens and the first run."""
