"""The web server as a deployment runs it: two processes behind a proxy that ends TLS, with logs for programs."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as live

from tests.conftest import worker_environment

pytestmark = [pytest.mark.faults, pytest.mark.slow]
HOST = "pmo.example.org"
THROUGH_TLS = {"Host": HOST, "X-Forwarded-Proto": "https"}
SERVING = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
TYPED = "a-name-that-was-a-password"


@dataclass
class Deployment:
    port: int
    log: Path

    def ask(self, path: str, headers: dict[str, str] = THROUGH_TLS, body: str = "") -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            connection.request("POST" if body else "GET", path, body or None, headers | form)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.ask("/healthz")[0] == 200
        except OSError:
            return False

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines of our log about an event; each line after the server's own greeting is JSON."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


@pytest.fixture
def deployment(
    transactional_db: None, world: Any, tmp_path: Path, eventually: Callable[..., Any]
) -> Iterator[Deployment]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    told = worker_environment() | {
        "PMO_ENV": "production",
        "PMO_HOME": str(tmp_path),
        "PMO_HOSTS": HOST,
        "PMO_ORIGINS": f"https://{HOST}",
        "PMO_URL": f"https://{HOST}",
        "PMO_BEHIND_PROXY": "true",
        "SECRET_KEY": "only-for-this-rehearsal-" * 3,
    }
    (tmp_path / "var").mkdir()
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=live.BASE_DIR, env=told, check=True)
    made = Deployment(port, tmp_path / "web.log")
    command = [sys.executable, "-m", "gunicorn", "pmo.wsgi:application", "--bind", f"127.0.0.1:{port}", *SERVING]
    with made.log.open("wb") as log:
        server = subprocess.Popen(command, cwd=live.BASE_DIR, env=told, stdout=log, stderr=log)
    try:
        eventually(made.answers)
        yield made
    finally:
        server.terminate()
        server.wait(30)


def test_a_deployment_serves_safely_counts_all_its_processes_and_logs_without_persons(
    deployment: Deployment, eventually: Callable[..., Any]
) -> None:
    status, headers, _text = deployment.ask("/", {"Host": HOST})
    assert (status, headers["Location"]) == (301, f"https://{HOST}/")
    assert deployment.ask("/", THROUGH_TLS | {"Host": "elsewhere.example.org"})[0] == 400

    status, headers, page = deployment.ask("/account/login/", THROUGH_TLS | {"X-Request-ID": "known-request-1"})
    assert (status, headers["X-Request-ID"]) == (200, "known-request-1")
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Secure" in headers["Set-Cookie"]
    (line,) = eventually(lambda: [each for each in deployment.told("request") if each["status"] == 200])
    assert (line["request_id"], line["route"], line["user_id"]) == ("known-request-1", "account/login/", None)
    assert {"level", "timestamp", "ms", "method"} <= set(line)

    field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert field is not None
    form = urlencode({"csrfmiddlewaretoken": field.group(1), "login": TYPED, "password": TYPED})
    cookie = headers["Set-Cookie"].split(";")[0]
    wrong = THROUGH_TLS | {"Cookie": cookie, "Origin": f"https://{HOST}", "Referer": f"https://{HOST}/account/login/"}
    assert deployment.ask("/account/login/", wrong, form)[0] in (200, 422)
    assert eventually(lambda: deployment.told("sign-in failed"))[0]["level"] == "warning"
    assert deployment.ask("/api/v1/projects/?search=Secret+Project")[0] in (401, 403)
    (denied,) = eventually(lambda: deployment.told("request denied"))
    assert denied["route"].startswith("api/v1/projects")
    written = deployment.log.read_text().rpartition("Booting worker")[2]
    assert [word for word in (TYPED, "Secret", "rehearsal") if word in written] == []

    for _each in range(20):
        deployment.ask("/healthz")
    counts = [counted(deployment.ask("/metrics", THROUGH_TLS)[2]) for _each in range(6)]
    assert counts == [counts[0] + number for number in range(6)]
    assert counts[0] > 20


def counted(figures: str) -> int:
    """GET requests of all processes together."""
    match = re.search(r'^django_http_requests_total_by_method_total\{method="GET"\} ([\d.]+)$', figures, re.M)
    assert match is not None, figures[:2000]
    return int(float(match.group(1)))
