"""Looks for what pip cannot bring (Pango, Chromium, Poppler) and installs or names it."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class MissingError(Exception):
    """Something the product cannot do without is missing; the message names it."""


@dataclass(frozen=True)
class Need:
    """One thing of the operating system, how to see it and how Debian calls it."""

    name: str
    purpose: str
    packages: tuple[str, ...]
    present: Callable[[], bool]
    only_tests: bool = False


def library(*names: str) -> bool:
    try:
        for name in names:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def pango() -> bool:
    return library(*PANGO_LIBRARIES) or library("libpango-1.0.dylib")


def chromium() -> bool:
    return any(shutil.which(name) for name in CHROMIUM_NAMES)


NEEDS = (
    Need("Pango", "PDF reports", PANGO_PACKAGES, pango),
    Need("Chromium", "browser tests", ("chromium",), chromium, True),
    Need("Poppler", "PDF tests", ("poppler-utils",), lambda: bool(shutil.which("pdftotext")), True),
)


def provide(*, for_tests: bool) -> None:
    missing = absent(for_tests)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
        missing = absent(for_tests)
    for need in missing:
        print(f"setup: {need.name} is missing ({need.purpose}); {remedy(need)}", flush=True)
    if any(not need.only_tests for need in missing):
        raise MissingError("The product cannot run without the above.")


def absent(for_tests: bool) -> list[Need]:
    return [need for need in NEEDS if (for_tests or not need.only_tests) and not need.present()]


def remedy(need: Need) -> str:
    return f"on Debian or Ubuntu: sudo apt-get install {' '.join(need.packages)}"


def install(needs: list[Need]) -> None:
    print(f"setup: installing {', '.join(need.name for need in needs)} …", flush=True)
    packages = [package for need in needs for package in need.packages]
    for verb in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *verb],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
