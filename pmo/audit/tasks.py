"""Work on history for workers: sealing each minute, verifying on request."""

from celery import shared_task

from pmo.audit import checking, sealing


@shared_task(name="audit.seal")
def seal() -> None:
    """Join what was written to the chain."""
    sealing.seal()


@shared_task(name="audit.verify")
def verify(verification_id: int) -> None:
    """Walk the chain for one request; delivered twice it walks once."""
    checking.run(verification_id)
