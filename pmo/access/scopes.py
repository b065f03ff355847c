"""Scopes of API tokens: permission codes and their shorthands; approvals are never among them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from pmo.access.permissions import PERMISSIONS
from pmo.kernel.errors import Broken

SHORTHANDS = {"*": True, "write": True, "all": True, "read": False}


def token_allows(scopes: Iterable[str], code: str) -> bool:
    """Whether any scope covers the permission; what needs a person is refused whatever the scopes say."""
    permission = PERMISSIONS[code]
    attended = permission.decides or not permission.by_token
    return not attended and any(_covers(scope, code, permission.writes) for scope in scopes)


def _covers(scope: str, code: str, writes: bool) -> bool:
    if scope in SHORTHANDS:
        return SHORTHANDS[scope] or not writes
    noun, _dot, verb = scope.partition(".")
    if verb == "*":
        return code.startswith(f"{noun}.")
    if verb == "read":
        return code.startswith(f"{noun}.") and not writes
    return scope == code


def parse(raw: Iterable[str]) -> list[str]:
    """Scopes as typed, by comma or space, `projects:read` or `project.view`; unknown ones are refused by name."""
    typed = [word for part in raw for word in re.split(r"[,\s]+", part) if word]
    scopes = sorted({_normal(word) for word in typed})
    nouns = {code.partition(".")[0] for code in PERMISSIONS}
    unknown = [
        scope
        for scope in scopes
        if scope not in SHORTHANDS
        and scope not in PERMISSIONS
        and not (scope.partition(".")[0] in nouns and scope.partition(".")[2] in ("*", "read"))
    ]
    if unknown or not scopes:
        raise Broken(_refusal(unknown), field="scopes")
    return scopes


def _normal(word: str) -> str:
    noun, colon, verb = word.partition(":")
    if not colon:
        return word
    singular = {"status-reports": "status", "statuses": "status"}.get(noun, noun.rstrip("s"))
    return f"{singular}.{'read' if verb in ('read', 'view') else '*' if verb in ('write', '*') else verb}"


def _refusal(unknown: list[str]) -> str:
    known = ", ".join(["read", "write", *sorted(PERMISSIONS)])
    if not unknown:
        return _("Name at least one scope. Known scopes: %(known)s.") % {"known": known}
    return _("Unknown scope: %(unknown)s. Known scopes: %(known)s.") % {"unknown": ", ".join(unknown), "known": known}
