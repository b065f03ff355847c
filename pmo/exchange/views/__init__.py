"""The pages of imports."""

from pmo.exchange.views import columns, entering, mending, runs

__all__ = ["columns", "entering", "mending", "runs"]
