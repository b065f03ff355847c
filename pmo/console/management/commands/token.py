"""Issues an API token, with its record, and prints it alone on the last line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmo.access.models import User
from pmo.console.actions.tokens import issue_for
from pmo.kernel.errors import HouseError


class Command(BaseCommand):
    help = "Issue an API token for a user; the token is printed once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scopes", nargs="+", required=True, help="read, write, or permission codes")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']!r}; see the users page.")
        given = {name: options[name] for name in ("name", "scopes", "days")}
        try:
            token, secret = issue_for(user, **given, actor=User.objects.system())
        except HouseError as error:
            raise CommandError(error.message) from error
        self.stderr.write(
            f"{token.name} for {user}, scopes {', '.join(token.scopes)}, until {token.expires_at:%Y-%m-%d}"
        )
        self.stdout.write(secret)
