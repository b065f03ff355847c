"""Beat and worker in one process, whose clock stands where its input says: one instant in ISO 8601 on each line."""

from __future__ import annotations

import os
import sys
import threading
from datetime import datetime

import time_machine


def obey(clock: time_machine.Traveller) -> None:
    """Move the clock to each instant that is read, and say so."""
    for line in sys.stdin:
        clock.move_to(datetime.fromisoformat(line.strip()), tick=True)
        print("moved", flush=True)


def main(first: str, folder: str) -> None:
    """Run the schedule of the house from `first` on."""
    clock = time_machine.travel(datetime.fromisoformat(first), tick=True).start()
    from celery.beat import Service

    from pmo.celery import app

    app.conf.worker_redirect_stdouts = False
    beat = Service(app, max_interval=0.2, schedule_filename=f"{folder}/beat")
    for work in (lambda: obey(clock), beat.start):
        threading.Thread(target=work, daemon=True).start()
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    app.worker_main(["worker", "--pool", "solo", "-Q", os.environ["PMO_QUEUE"], *quiet])


if __name__ == "__main__":
    main(*sys.argv[1:3])
