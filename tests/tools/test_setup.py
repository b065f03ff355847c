"""The set-up names what a machine lacks and repeats nothing that is done."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.assets import __main__ as assets
from tools.assets.__main__ import main as assets_main
from tools.setup import environment, system
from tools.setup.__main__ import main as setup_main

pytestmark = pytest.mark.quick


def test_a_missing_program_is_named_with_its_purpose_and_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    system.provide(for_tests=True)
    said = capsys.readouterr().out
    assert "Chromium is missing (browser tests); on Debian or Ubuntu: sudo apt-get install chromium" in said
    assert "Poppler is missing (PDF tests); on Debian or Ubuntu: sudo apt-get install poppler-utils" in said


def test_what_only_tests_need_is_not_asked_for_by_a_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system.absent(for_tests=False) == []


def test_a_missing_library_of_the_product_ends_the_setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = system.Need("Pango", "PDF reports", ("libpango",), lambda: system.library("libabsent.so.0"))
    monkeypatch.setattr(system, "NEEDS", (absent,))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(system.MissingError, match="cannot run"):
        system.provide(for_tests=False)


def test_a_changed_lock_is_installed_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1\n", encoding="utf-8")
    environment.stamp(lock).write_text(environment.digest(lock), encoding="utf-8")
    assert environment.installed(lock)
    lock.write_text("one==2\n", encoding="utf-8")
    assert not environment.installed(lock)
    environment.forget()
    assert not environment.stamp(lock).exists()


@pytest.mark.parametrize(
    ("main", "inside", "words"),
    [(setup_main, (environment, "provide"), ["setup", "run"]), (assets_main, (assets, "build"), ["assets", "--force"])],
)
def test_an_interrupted_setup_ends_with_a_sentence_and_no_traceback(
    main: Callable[[], int], inside: tuple[object, str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(*inside, interrupted)
    monkeypatch.setattr(sys, "argv", words)
    assert main() == 130


def test_a_python_that_makes_no_environment_is_told_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(environment.SetupError, match="install python3-venv"):
        environment.make_environment()
