"""The directories the asset build reads and writes."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = PROJECT / "assets"
MODULES = PROJECT / "node_modules"
VENDOR = PROJECT / "static" / "vendor"
