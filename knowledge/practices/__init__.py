"""Procedures and best practices."""
