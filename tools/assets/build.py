"""The steps of the asset build, in order, and the check whether they are needed."""

import hashlib
import json
import shutil
import time
from pathlib import Path

from tools.assets import fonts, icons
from tools.assets.node import AssetError, Node, find_node
from tools.assets.places import MODULES, PROJECT, SOURCES, VENDOR

__all__ = ["AssetError", "build", "up_to_date"]

INPUTS = (PROJECT / "package-lock.json", SOURCES, PROJECT / "tools" / "assets")
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "sortablejs/Sortable.min.js": "sortable.min.js",
}
SOURCE_MAP = "sourceMappingURL="
COPIED_PACKAGES = {"@tabler/icons", "@fontsource-variable/inter", "inter-ui", "sortablejs"}
CARRIED = {"d3-delaunay": {"delaunator", "robust-predicates"}}
"""What a package has bundled into its own files, where our bundler cannot see it."""
LICENCE_NAMES = ("license", "licence", "copying", "notice")


def inputs_digest() -> str:
    """A digest of everything the result depends on."""
    digest = hashlib.sha256()
    for entry in INPUTS:
        files = [entry] if entry.is_file() else sorted(path for path in entry.rglob("*") if path.is_file())
        for path in (path for path in files if "__pycache__" not in path.parts):
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def up_to_date() -> bool:
    manifest = VENDOR / "manifest.json"
    if not manifest.exists():
        return False
    stated = json.loads(manifest.read_text(encoding="utf-8"))
    present = all((VENDOR / name).exists() for name in stated["files"])
    return present and bool(stated["inputs"] == inputs_digest())


def build() -> None:
    """Build beside the present directory and swap at the end, so that an interrupted build leaves the old one."""
    started = time.monotonic()
    node = find_node()
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    say("fetching the locked front-end packages (up to a minute) …")
    node.run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    say("style sheet and scripts …")
    copy_packages(draft)
    bundled = bundle_charts(node, draft)
    say("icons and fonts (some seconds) …")
    icons.build_sprite(draft / "icons.svg")
    fonts.build_web_fonts(draft / "inter")
    fonts.build_print_fonts(draft / "fonts")
    copy_licences(draft / "licences", bundled)
    write_manifest(draft)
    swap(draft)
    say(f"ready in {time.monotonic() - started:.0f} s")


def say(what: str) -> None:
    print(f"assets: {what}", flush=True)


def copy_packages(target: Path) -> None:
    """Copy finished files, without the line that points to a source map we do not ship."""
    for source, name in COPIES.items():
        lines = (MODULES / source).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if SOURCE_MAP not in line]
        (target / name).write_text("\n".join(kept) + "\n", encoding="utf-8")


def bundle_charts(node: Node, target: Path) -> set[str]:
    """Bundle the chart upgrade and answer which packages went into it."""
    report = target / "bundle.json"
    command = [*node.node, str(MODULES / "esbuild" / "bin" / "esbuild"), str(SOURCES / "charts.js"), "--bundle"]
    command += ["--minify", "--format=esm", "--target=es2020", "--legal-comments=none", "--log-level=warning"]
    node.run([*command, f"--outfile={target / 'charts.min.js'}", f"--metafile={report}"])
    inputs = json.loads(report.read_text(encoding="utf-8"))["inputs"]
    report.unlink()
    return {package_of(path) for path in inputs if path.startswith("node_modules/")}


def package_of(path: str) -> str:
    parts = path.split("node_modules/")[-1].split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def with_carried(bundled: set[str]) -> set[str]:
    return bundled.union(*(CARRIED.get(package, set()) for package in bundled))


def copy_licences(target: Path, bundled: set[str]) -> None:
    """Put the licence of every package that reaches the reader beside the files."""
    target.mkdir()
    for stated in (SOURCES / "licences").glob("*.txt"):
        shutil.copyfile(stated, target / stated.name)
    for package in sorted(COPIED_PACKAGES | with_carried(bundled)):
        found = [path for path in (MODULES / package).iterdir() if path.name.lower().startswith(LICENCE_NAMES)]
        text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(found) if path.is_file())
        stated = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
        heading = f"{package} {stated['version']}\nLicence: {stated.get('license', 'see below')}\n\n"
        (target / f"{package.replace('@', '').replace('/', '-')}.txt").write_text(heading + text, encoding="utf-8")


def write_manifest(target: Path) -> None:
    files = sorted(path for path in target.rglob("*") if path.is_file())
    digests = {path.relative_to(target).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    text = json.dumps({"inputs": inputs_digest(), "files": digests}, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")


def swap(draft: Path) -> None:
    old = VENDOR.with_name("vendor.old")
    shutil.rmtree(old, ignore_errors=True)
    if VENDOR.exists():
        VENDOR.rename(old)
    draft.rename(VENDOR)
    shutil.rmtree(old, ignore_errors=True)
