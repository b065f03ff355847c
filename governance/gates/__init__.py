"""Gate reviews."""
