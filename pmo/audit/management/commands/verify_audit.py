"""Walks the chain over history and names what was changed behind the application's back; exit code 1 if so."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmo.audit import checking
from pmo.audit.sealing import seal
from pmo.audit.verifying import Account, Anchor, Finding, verify
from pmo.audit.wording import finding_words


class Command(BaseCommand):
    help = "Verify the chain over all history; names table, row, seal and time of what was changed. Exit code 1 if so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the account as JSON")
        parser.add_argument("--no-seal", action="store_true", help="do not seal first what is not sealed yet")
        parser.add_argument(
            "--head", action="append", default=[], metavar="NUMBER:HASH", help="a head noted elsewhere, as packs print"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        noted = [_anchor(text) for text in options["head"]]
        begun = time.perf_counter()
        if not options["no_seal"]:
            seal()
        account = verify([*checking.anchors(), *noted])
        seconds = time.perf_counter() - begun
        self.stdout.write(_as_json(account, seconds) if options["json"] else _as_text(account, seconds))
        if not account.intact:
            sys.exit(1)


def _anchor(text: str) -> Anchor:
    number, _colon, found = text.partition(":")
    if not number.isdigit() or len(found) != 64:
        raise CommandError(f"A head is written as its number, a colon and its 64 hexadecimal digits, not as {text!r}.")
    return Anchor(int(number), found.lower(), "--head")


def _as_json(account: Account, seconds: float) -> str:
    found = [{**finding.as_dict(), "words": str(finding_words(finding))} for finding in account.findings]
    told = {
        "intact": account.intact,
        "head": {"number": account.seal, "hash": account.hash, "at": account.sealed_at},
        "seals": account.seals,
        "rows": account.rows,
        "findings": found,
        "more_findings": account.cut,
        "seconds": round(seconds, 3),
    }
    return json.dumps(told, indent=2)


def _as_text(account: Account, seconds: float) -> str:
    counted = f"rows {account.rows}, seals {account.seals}, {seconds:.1f} s"
    if account.seal is None:
        return "Nothing has been sealed yet."
    lines = [f"Head {account.seal}:{account.hash} of {account.sealed_at}"]
    if account.intact:
        return "\n".join([*lines, f"Intact: {counted}."])
    lines += [_line(finding) for finding in account.findings]
    more = " There are more." if account.cut else ""
    return "\n".join([*lines, f"Not intact, deviations: {len(account.findings)}; {counted}.{more}"])


def _line(finding: Finding) -> str:
    return f"- {finding_words(finding)}"
