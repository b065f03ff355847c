"""The deployment in containers: nothing secret by default, nothing open but the proxy, nothing interrupted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from pmo.console import alive

pytestmark = pytest.mark.quick
ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = ("prepare", "web", "worker", "beat")
SECRETS = ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "SECRET_KEY")


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_reaps_its_dead_comes_back_and_is_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["init"] is True
    assert service["restart"] == ("no" if name == "prepare" else "unless-stopped")
    assert "test" in service["healthcheck"] or name == "prepare"


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert "environment" not in SERVICES["proxy"]


def test_no_secret_has_a_default() -> None:
    for name in SECRETS:
        uses = re.findall(r"\$\{" + name + r"(\W[^}]*|)\}", TEXT)
        assert any(use.startswith(":?") for use in uses)
        assert [use for use in uses if use.startswith(":-")] == []


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_only_where_they_must_and_can_gain_nothing(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["environment"]["PMO_ENV"] == "production"
    assert ("DATABASE_OWNER_URL" in service["environment"]) == (name == "prepare")


def test_a_deployment_waits_for_tasks_and_requests() -> None:
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > settings.CELERY_TASK_TIME_LIMIT
    command = json.loads(re.sub(r"\\\n\s*", "", IMAGE.rpartition("\nCMD ")[2].strip()))
    graceful = int(command[command.index("--graceful-timeout") + 1])
    assert seconds(SERVICES["web"]["stop_grace_period"]) > graceful
    assert SERVICES["web"]["deploy"]["replicas"] == 2


def test_the_application_starts_after_the_migrations_and_the_proxy_after_the_application() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_the_image_is_built_from_locks_runs_unprivileged_and_is_watched() -> None:
    assert "pip install --require-hashes -r requirements.lock" in IMAGE
    final = IMAGE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER pmo$", final, re.M)
    assert "HEALTHCHECK" in final
    assert "PMO_ENV=production" in final
    assert "SECRET_KEY" not in final


def test_what_the_image_is_built_from_is_there_and_cleaned_up_in_its_own_layer() -> None:
    copied = [line.split()[1:-1] for line in re.findall(r"^COPY (?!--from).*$", IMAGE, re.M)]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
    installing = [step for step in re.split(r"\n(?=[A-Z]+ )", IMAGE) if "apt-get install" in step]
    assert all("--no-install-recommends" in step and "rm -rf /var/lib/apt/lists" in step for step in installing)
    assert not re.search(r"^(ADD |FROM \S+:latest)", IMAGE, re.M)


def test_what_is_secret_or_of_this_machine_stays_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", "var", ".venv", "node_modules"} <= set(ignored)


def test_a_container_without_its_process_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "PORT", 1)
    assert not alive.web_answers()
    assert not alive.lives("a-verb-of-no-process")
