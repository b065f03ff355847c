"""Where the embedded servers keep their data, sockets, secrets and logs, and who may read them."""

import grp
import hashlib
import json
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes; the servers append a suffix of their own to the name
SERVICE_ACCOUNTS = ("postgres", "nobody")


class HomeError(Exception):
    """The home cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """The operating-system account that the data servers run under."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


def service_account(existing: Path | None = None) -> Account:
    """Ourselves, unless we are root: then the owner of the existing data, or an unprivileged account."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    if existing is not None and existing.exists() and existing.stat().st_uid != 0:
        return _account(pwd.getpwuid(existing.stat().st_uid))
    for name in SERVICE_ACCOUNTS:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise HomeError("PostgreSQL refuses to run as root and no unprivileged account (postgres, nobody) exists.")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def reachable(path: Path, account: Account, *, need: int = 1) -> bool:
    """Whether the account may walk to `path` and has the `need` bits (4 read, 1 walk) on it."""
    path = path.resolve()
    walk = all(_allows(parent, account, 1) for parent in path.parents)
    return walk and (not path.exists() or _allows(path, account, need))


def _allows(path: Path, account: Account, need: int) -> bool:
    if not path.exists():
        return True
    facts = path.stat()
    shift = 6 if facts.st_uid == account.uid else 3 if facts.st_gid in _groups(account) else 0
    return (stat.S_IMODE(facts.st_mode) >> shift) & need == need


def _groups(account: Account) -> set[int]:
    return {account.gid} | {group.gr_gid for group in grp.getgrall() if account.name in group.gr_mem}


@dataclass(frozen=True)
class Home:
    """The directory `var/` of one installation."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Home":
        return cls(Path(os.environ.get("PMO_HOME") or PROJECT).resolve() / "var")

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    @cached_property
    def account(self) -> Account:
        return service_account(self.data / "pg")

    @cached_property
    def data(self) -> Path:
        """`var/`, or a system directory when the service account cannot walk there (a clone in the home of root)."""
        if os.geteuid() != 0 or reachable(self.var, service_account()):
            return self.var
        return Path("/var/lib/pmo") / self.fingerprint

    @property
    def moved(self) -> bool:
        return self.data != self.var

    @cached_property
    def sockets(self) -> Path:
        """A directory whose path is short enough for Unix sockets."""
        if len(str(self.data / "run" / "pg" / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return self.data / "run"
        return (
            Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"pmo-{os.geteuid()}-{self.fingerprint}"
        )

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis" / "redis.sock"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        return self.var / "supervisor.lock"

    @property
    def children(self) -> Path:
        return self.var / "children.json"

    def prepare(self) -> None:
        """Make the directories; private ones belong to the service account."""
        for shared in (self.var, self.logs, self.var / "static", self.data, self.sockets):
            _own_directory(shared, 0o711, None)
        for private in (self.postgres_socket, self.redis_socket.parent, self.data / "redis"):
            _own_directory(private, 0o700, self.account)

    def tidy(self) -> None:
        """Leave nothing in the temporary directory when nobody runs here."""
        if self.sockets.parent != self.data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Passwords of the database roles and Django's secret key, made once and readable by us alone."""
        path = self.var / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = {"superuser", "owner", "application", "django"} - known.keys()
        if missing:
            known |= {name: secrets.token_urlsafe(48) for name in missing}
            write_private(path, json.dumps(known, indent=1))
        return known


def _own_directory(path: Path, mode: int, account: Account | None) -> None:
    path.mkdir(parents=True, exist_ok=True)
    facts = path.lstat()
    expected = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(facts.st_mode) or (facts.st_uid not in expected and os.geteuid() != 0):
        raise HomeError(f"{path} belongs to somebody else; remove it or set PMO_HOME to another directory.")
    path.chmod(mode)
    if account and not account.is_me:
        os.chown(path, account.uid, account.gid)


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
