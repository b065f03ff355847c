"""Brings a fresh machine to the point where everything can run; needs nothing but Python's standard library."""
