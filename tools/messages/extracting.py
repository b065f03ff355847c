"""Collects the messages of code and templates into the catalogues; needs the programs of GNU gettext."""

from __future__ import annotations

import os
import shutil
from typing import Final

import django
from django.conf import settings
from django.core.management.commands.makemessages import Command

from tools.messages.catalogues import LOCALE, PROJECT, MessageError

PROGRAMS: Final = ("xgettext", "msgmerge", "msguniq", "msgattrib")
FOREIGN: Final = ("tests/*", "tools/*", "assets/*", "docs/*", "node_modules/*", "static/*", "var/*", ".venv/*")


class Extract(Command):
    """Guesses nothing: a new message is empty until somebody has translated it.

    Some modules call `gettext_lazy` by the shorter name `lazy`.
    """

    xgettext_options = [*Command.xgettext_options, "--keyword=lazy"]
    msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]


def extract() -> None:
    """Bring every catalogue up to what the code says; obsolete messages go, nothing is guessed."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        raise MessageError(
            f"{', '.join(absent)} is missing; on Debian or Ubuntu: sudo apt-get install gettext."
            " Only extraction needs it, running the product does not."
        )
    if not settings.configured:
        settings.configure(USE_I18N=True, LOCALE_PATHS=[str(LOCALE)])
        django.setup()
    os.chdir(PROJECT)
    languages = sorted(each.parent.name for each in LOCALE.glob("*/LC_MESSAGES"))
    Extract().run_from_argv(
        ["manage.py", "makemessages", "--no-obsolete", "--add-location=file", "--verbosity=0"]
        + [f"--locale={language}" for language in languages]
        + [f"--ignore={pattern}" for pattern in FOREIGN]
    )
