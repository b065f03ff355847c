"""The pages of status reports."""

from portfolio.status.views import lists, reading, writing

__all__ = ["lists", "reading", "writing"]
