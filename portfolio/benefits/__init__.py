"""Benefit profiles and measurements."""
