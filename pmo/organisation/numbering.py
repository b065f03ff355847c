"""Takes the next number of a kind, without gaps in the order and without doubles."""

from __future__ import annotations

from pmo.organisation.models import NumberPrefix


def take(kind: str, *, default_prefix: str) -> str:
    """The next number such as PRJ-0042; call inside a transaction, the row stays locked until its end."""
    locked = NumberPrefix.objects.select_for_update().filter(kind=kind)
    row = locked.first()
    if row is None:
        NumberPrefix.objects.get_or_create(kind=kind, defaults={"prefix": default_prefix})
        row = locked.get()
    taken = str(row)
    row.next_number += 1
    row.save(update_fields=["next_number", "updated_at"])
    return taken
