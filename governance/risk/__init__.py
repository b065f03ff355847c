"""Risk register and exposure."""
