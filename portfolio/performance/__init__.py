"""Earned value, health and tolerances."""
