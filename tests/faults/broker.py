"""A Redis that one experiment kills, empties and starts, and a site that works with it."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import redis
from django.test import Client

from pmo.embedded.broker import server_binary
from pmo.embedded.process import wait_until
from tests.faults.workers import PATIENCE, Start


@dataclass
class Site:
    """A web server of its own, asked by one person: by session for pages, by token over REST."""

    port: int
    session: str
    token: str

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def page(self, path: str) -> int:
        """The status of a page; 0 while nobody listens."""
        try:
            return self._answer("GET", path, {"Cookie": f"sessionid={self.session}"})[0]
        except ConnectionRefusedError:
            return 0

    def request_run(self, pack: int) -> int:
        """The key of a new run."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        status, body = self._answer("POST", "/api/v1/pack-runs/", headers, json.dumps({"pack": pack}))
        assert status == 202, body[:2000]
        return int(json.loads(body)["id"])


class OwnBroker:
    """It keeps nothing on the disk, so that it comes back empty."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def told(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{self.socket}?db=0"}

    def run(self) -> None:
        command = [str(server_binary()), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.server = subprocess.Popen([*command, "--appendonly", "no"], stdout=subprocess.DEVNULL)
        assert wait_until(self._answers, PATIENCE), "Redis does not answer."

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.server.wait(30)

    def forget(self) -> None:
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()

    def site(self, start: Start, person: Any, token: str) -> Site:
        """The person is signed in already: the session lies in the database."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        client = Client()
        client.force_login(person)
        serving = ["pmo.wsgi:application", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        start.python("-m", "gunicorn", *serving, "--threads", "4", "--no-control-socket", **self.told)
        return Site(port, client.cookies["sessionid"].value, token)
