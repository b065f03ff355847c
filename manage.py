#!/usr/bin/env python
"""Command line of the house."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
    if sys.argv[1:2] and sys.argv[1] in ("migrate", "flush", "sqlflush", "backup", "restore", "seed"):
        os.environ.setdefault("PMO_AS_OWNER", "true")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"pmo: {error}")
