"""What the web server loads before its first answer: libraries that only few requests need stay outside."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

LOADED_LATE = {"openpyxl", "numpy", "weasyprint", "fontTools", "vl_convert"}
ASKING = "import sys, pmo.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; print(*sys.modules)"


@pytest.mark.slow
def test_the_web_server_starts_without_the_engines_of_workbooks_pages_and_charts():
    asked = [sys.executable, "-c", ASKING]
    loaded = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    assert LOADED_LATE & set(loaded.stdout.split()) == set()
