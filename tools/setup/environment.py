"""Makes .venv and fills it from a lock file with hashes, once for each content of the lock."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
OLDEST_PYTHON = (3, 11)


class SetupError(Exception):
    """The environment cannot be made; the message says what to do."""


def provide(*, for_tests: bool) -> None:
    make_environment()
    lock = PROJECT / ("requirements-dev.lock" if for_tests else "requirements.lock")
    if installed(lock) or (not for_tests and installed(PROJECT / "requirements-dev.lock")):
        return
    started = time.monotonic()
    print(f"setup: installing the packages of {lock.name} (up to a minute) …", flush=True)
    forget()
    if not install_with_uv(lock):
        print("setup: uv could not do it, trying pip (this takes a few minutes) …", flush=True)
        install_with_pip(lock)
    stamp(lock).write_text(digest(lock), encoding="utf-8")
    print(f"setup: packages installed in {time.monotonic() - started:.0f} s", flush=True)


def make_environment() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    if usable():
        return
    print("setup: making the virtual environment .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        raise SetupError(
            "Python cannot make virtual environments; on Debian or Ubuntu install python3-venv. It said:\n"
            f"{made.stdout}{made.stderr}".rstrip()
        )


def usable() -> bool:
    """Whether .venv holds a working Python that still knows this place, and pip."""
    if not PYTHON.exists():
        return False
    question = "import sys, pip; print(sys.prefix, sys.version_info >= (3, 11))"
    answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout.strip() == f"{VENV} True"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def stamp(lock: Path) -> Path:
    return VENV / f".installed-{lock.name}"


def installed(lock: Path) -> bool:
    return stamp(lock).exists() and stamp(lock).read_text(encoding="utf-8") == digest(lock)


def forget() -> None:
    for path in VENV.glob(".installed-*"):
        path.unlink()


def pip(*arguments: str) -> bool:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    return subprocess.run([*command, "--require-hashes", *arguments], cwd=PROJECT).returncode == 0


def install_with_uv(lock: Path) -> bool:
    if not UV.exists() and not pip("-r", "tools/setup/uv.lock"):
        return False
    command = [str(UV), "pip", "install", "--quiet", "--require-hashes", "--python", str(PYTHON), "-r", str(lock)]
    link = {"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    return subprocess.run(command, cwd=PROJECT, env=os.environ | link).returncode == 0


def install_with_pip(lock: Path) -> None:
    if not pip("-r", str(lock)):
        raise SetupError("The packages could not be installed; is the package registry within reach?")
