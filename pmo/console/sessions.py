"""Sessions that end for every process, also while the cache is away and whatever is started anew meanwhile."""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db

from pmo.caching import house_cache
from pmo.notices import outbox

END = "console.end_session"


class SessionStore(cached_db.SessionStore):
    """In the database, with a copy in the cache."""

    def delete(self, session_key: str | None = None) -> None:
        """A copy that could not be removed is left to a worker: this process may be gone when the cache is back."""
        key = session_key or self.session_key
        super().delete(session_key)
        if key and house_cache().owes(self.cache_key_prefix + key):
            outbox.enqueue(END, self.cache_key_prefix + key)
