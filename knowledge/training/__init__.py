"""Courses and skills."""
