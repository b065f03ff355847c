"""The examples of the manual for programs run as they stand there, by curl, and print what the manual says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

EXAMPLE = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_every_example_prints_what_the_manual_says(live_server: Any, cast: Any, token_of: Any, tmp_path: Path) -> None:
    manual = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    known = {"PMO": live_server.url, "PROJECT": "N-1", "PORTFOLIO": "NORTH"}
    environment = {**os.environ, **known, "TOKEN": token_of(cast.portfolio, "write"), "NO_PROXY": "*"}
    examples = EXAMPLE.findall(manual)
    printed = [_printed(script, environment, tmp_path) for script, _expected in examples]
    assert len(examples) == 6
    assert printed == [expected.strip() for _script, expected in examples]


def _printed(script: str, environment: dict[str, str], place: Path) -> str:
    shell = ["bash", "-eu", "-c", script]
    told = subprocess.run(shell, env=environment, cwd=place, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()
