"""For the health checks of containers: the web server of this one answers, or the named process lives in it."""

from __future__ import annotations

import http.client
import os
import sys
from pathlib import Path

PORT = 8000


def web_answers() -> bool:
    """As through the proxy, whose host name and scheme the settings insist on."""
    host = os.environ.get("PMO_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def lives(verb: str) -> bool:
    """Whether a process of Celery with this verb runs here; /readyz tells whether the work gets done."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"pmo.celery" in words and verb.encode() in words:
            return True
    return False


if __name__ == "__main__":
    sys.exit(not (lives(sys.argv[1]) if len(sys.argv) > 1 else web_answers()))
