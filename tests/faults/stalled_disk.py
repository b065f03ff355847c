"""A worker on a disk that takes what is written and never says that it holds it."""

from __future__ import annotations

import os
import sys
import threading


def main(*arguments: str) -> None:
    from pmo.celery import app

    os.fsync = lambda _descriptor: threading.Event().wait()  # type: ignore[assignment, misc]
    app.worker_main([*arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
