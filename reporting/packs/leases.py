"""Who works on a run: a lease that ends by itself, and a token that grows with every taking."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from reporting.packs.models import ATTEMPTS, LEASE, PackRun

TAKE = """
    UPDATE reporting_packrun
       SET state = 'running', attempts = attempts + 1, token = token + 1, lease_until = %s, progress = 1, stage = ''
     WHERE id = %s AND attempts < %s AND (state = 'queued' OR (state = 'running' AND lease_until < %s))
 RETURNING token
"""


def take(run_id: int) -> int | None:
    """Take a run that waits or fell silent; of any number of workers at once one gets its token, the others None."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [now + LEASE, run_id, ATTEMPTS, now])
        row = cursor.fetchone()
    return row[0] if row else None


def keep(run_id: int, token: int, progress: int | None = None, stage: str = "") -> bool:
    """Extend the lease, and tell how far the work is; False when another worker holds the run now."""
    told: dict[str, object] = {"lease_until": timezone.now() + LEASE}
    if progress is not None:
        told |= {"progress": progress, "stage": stage}
    return bool(PackRun.objects.filter(pk=run_id, token=token, state=PackRun.State.RUNNING).update(**told))
