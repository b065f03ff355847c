"""Reads settings from the environment and refuses nonsense, saying how to mend it."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

READ: dict[str, str] = {}
"""What each variable that was asked for takes, in the words of its refusal; the table for operators is held to it."""


def text(name: str, default: str | None = None, choices: tuple[str, ...] = ()) -> str:
    """A text setting; without default it must be set."""
    READ.setdefault(name, f"one of {', '.join(choices)}" if choices else "text")
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set in the environment.")
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def flag(name: str, default: bool) -> bool:
    """true or false."""
    READ[name] = "true or false"
    raw = os.environ.get(name, str(default)).strip().lower()
    if raw not in ("true", "false"):
        raise ImproperlyConfigured(f"{name} must be true or false, not {raw!r}.")
    return raw == "true"


def integer(name: str, default: int, low: int, high: int) -> int:
    """A whole number within limits, both included."""
    READ[name] = f"a whole number from {low} to {high}"
    raw = os.environ.get(name, str(default)).strip()
    if not re.fullmatch(r"-?[0-9]{1,12}", raw) or not low <= int(raw) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {raw!r}.")
    return int(raw)


def matching(name: str, default: str | None, pattern: str, words: str) -> str:
    """A text of a certain form; the words say which."""
    value = text(name, default)
    READ[name] = words
    if not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} must be {words}, not {value!r}.")
    return value


def directory(name: str, default: Path) -> Path:
    """A place for files; one that is not named from the root would be another for each process."""
    READ[name] = "a directory, named from the root"
    place = Path(os.environ.get(name) or default)
    if not place.is_absolute() or (place.exists() and not place.is_dir()):
        raise ImproperlyConfigured(f"{name} must be a directory, named from the root, not {str(place)!r}.")
    return place


def names(name: str, default: str = "", pattern: str = ".+", words: str = "a list with commas") -> list[str]:
    """A comma-separated list without blanks."""
    READ[name] = words
    found = [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
    for part in found:
        if not re.fullmatch(pattern, part):
            raise ImproperlyConfigured(f"{name} must be {words}, not {part!r}.")
    return found


def keys(production: bool, development_key: str) -> tuple[str, list[str]]:
    """The secret key, and former ones that still open what they signed; none is told in a refusal."""
    key, former = text("SECRET_KEY", None if production else development_key), names("SECRET_KEY_FALLBACKS")
    READ["SECRET_KEY"] = READ["SECRET_KEY_FALLBACKS"] = "at least 50 characters in production"
    if production and any(len(each) < 50 for each in (key, *former)):
        raise ImproperlyConfigured("SECRET_KEY and each of SECRET_KEY_FALLBACKS must be at least 50 characters long.")
    if key in former:
        raise ImproperlyConfigured("SECRET_KEY_FALLBACKS must hold former keys only, not SECRET_KEY itself.")
    return key, former


def database(name: str, fallback: str | None = None) -> dict[str, Any]:
    """A Django database from postgres://user:password@host:port/name, or ?host=/socket/directory."""
    READ[name] = "an address that begins with postgres://"
    raw = os.environ.get(name) or (os.environ.get(fallback) if fallback else None)
    if not raw:
        raise ImproperlyConfigured(f"{name} must be set, such as postgres://user:password@host:5432/pmo.")
    return database_of(raw, name)


def parsed(address: str, name: str) -> SplitResult:
    """The parts of an address; a password with a bracket makes it unreadable."""
    try:
        return urlsplit(address)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no address ({error}); write %5B for [ in a password.") from None


def port_of(url: SplitResult, name: str) -> int | None:
    try:
        return url.port
    except ValueError:
        raise ImproperlyConfigured(f"The port of {name} must be a whole number from 0 to 65535.") from None


def database_of(address: str, name: str) -> dict[str, Any]:
    """A Django database from an address; `name` is what the reader called it."""
    url = parsed(address, name)
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must begin with postgres:// and name a database.")
    port = port_of(url, name) or query.pop("port", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", url.hostname or ""),
        "PORT": str(port),
        "OPTIONS": {key: value for key, value in query.items() if key in ("sslmode", "sslrootcert")},
    }


def patience(pooled: bool) -> str:
    """How long statements wait for locks and may take; a pool between transactions takes no options of a session."""
    limits = {
        "lock_timeout": integer("PMO_LOCK_SECONDS", 0, 0, 600),
        "statement_timeout": integer("PMO_STATEMENT_SECONDS", 0, 0, 3600),
    }
    return "" if pooled else " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds)


def broker(redis_url: str) -> str:
    """The Celery form of a Redis address (sockets are spelt differently there)."""
    url = parsed(redis_url, "REDIS_URL")
    if url.scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(f"REDIS_URL must begin with redis://, rediss:// or unix://, not {url.scheme!r}.")
    socket = url.scheme == "unix"
    number = parse_qs(url.query).get("db", [""])[0] or ("" if socket else url.path.strip("/"))
    if not re.fullmatch(r"[0-9]{0,4}", number) or (socket and not url.path.strip("/")):
        raise ImproperlyConfigured("REDIS_URL must be like redis://host:6379/0 or unix:///path/redis.sock?db=0.")
    port_of(url, "REDIS_URL")
    return f"redis+socket://{url.path}?virtual_host={number or 0}" if socket else redis_url


def object_store(secure: bool) -> dict[str, Any]:
    """Django's storage for an S3-compatible server; a key may be left out where the machine has a role of its own."""
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("PMO_FILE_STORE=s3 needs the packages of requirements-s3.lock.")
    bucket, endpoint = text("PMO_S3_BUCKET"), text("PMO_S3_ENDPOINT", "")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket):
        raise ImproperlyConfigured(f"PMO_S3_BUCKET must be the name of a bucket, not {bucket!r}.")
    if endpoint and urlsplit(endpoint).scheme not in (("https",) if secure else ("https", "http")):
        raise ImproperlyConfigured(f"PMO_S3_ENDPOINT must be an address that begins with https://, not {endpoint!r}.")
    key, secret = text("PMO_S3_KEY", ""), text("PMO_S3_SECRET", "")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("PMO_S3_KEY and PMO_S3_SECRET are set together or not at all.")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "region_name": text("PMO_S3_REGION", "") or None,
            "access_key": key or None,
            "secret_key": secret or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
