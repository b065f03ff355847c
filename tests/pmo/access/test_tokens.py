"""API tokens: shown once, kept as a hash, scoped, expiring, and never deciding."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pmo.access import tokens
from pmo.access.models import Token
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import can
from pmo.access.scopes import parse, token_allows
from pmo.audit.models import Record
from pmo.kernel.errors import Broken

pytestmark = pytest.mark.django_db
DECISIONS = [code for code, permission in PERMISSIONS.items() if permission.decides]


@pytest.mark.parametrize("code", DECISIONS)
@pytest.mark.parametrize("scope", ["*", "write", "all", "status.*"])
def test_no_scope_lets_a_token_decide(code, scope):
    assert not token_allows([scope, code], code)


@pytest.mark.parametrize(
    ("scopes", "allowed", "refused"),
    [
        (["read"], "project.view", "project.edit"),
        (["project.read"], "project.view", "project.create"),
        (["project.*"], "project.edit", "status.write"),
        (["project.view"], "project.view", "project.edit"),
        (["write"], "import.run", "status.publish"),
    ],
)
def test_a_scope_covers_what_it_says(scopes, allowed, refused):
    assert token_allows(scopes, allowed)
    assert not token_allows(scopes, refused)


def test_scopes_are_read_in_several_spellings_and_unknown_ones_named():
    assert parse(["projects:read, import.run", "status-reports:write"]) == ["import.run", "project.read", "status.*"]
    with pytest.raises(Broken, match=r"Unknown scope: rocket\.\*"):
        parse(["read", "rockets:write"])
    with pytest.raises(Broken, match="Name at least one scope"):
        parse([" "])


def test_only_prefix_and_hash_are_kept(cast):
    token, secret = tokens.issue(cast.robot, "feed", ["read"])
    stored = Token.objects.values().get(pk=token.pk)
    assert secret.startswith("pmo_")
    assert secret not in str(stored)
    assert (stored["prefix"], stored["digest"]) == (secret[:12], tokens.digest(secret))


def test_a_token_is_found_by_its_secret_alone(cast):
    token, secret = tokens.issue(cast.robot, "feed", ["read"])
    assert tokens.find(secret) == token
    assert tokens.find(secret[:-1] + ("x" if secret[-1] != "x" else "y")) is None
    assert tokens.find(secret[:12]) is None
    assert tokens.find("") is None


@pytest.mark.parametrize("change", ["expired", "revoked", "owner gone"])
def test_a_token_that_is_over_opens_nothing(change, cast):
    token, secret = tokens.issue(cast.robot, "feed", ["read"])
    past = timezone.now() - timedelta(seconds=1)
    if change == "expired":
        Token.objects.filter(pk=token.pk).update(expires_at=past)
    elif change == "revoked":
        Token.objects.filter(pk=token.pk).update(revoked_at=past)
    else:
        type(cast.robot).objects.filter(pk=cast.robot.pk).update(is_active=False)
    assert tokens.find(secret) is None


def test_the_last_use_is_noted_once_a_minute(cast, django_assert_num_queries):
    _token, secret = tokens.issue(cast.robot, "feed", ["read"])
    tokens.find(secret)
    first = Token.objects.get().last_used_at
    assert first is not None
    tokens.find(secret)
    assert Token.objects.get().last_used_at == first


@pytest.mark.parametrize("days", [0, 367, -1])
def test_a_token_lives_at_most_a_year(days, cast):
    with pytest.raises(Broken) as refusal:
        tokens.issue(cast.robot, "feed", ["read"], days=days)
    assert refusal.value.field == "days"


def test_a_token_gives_no_more_than_its_owner_has_and_no_more_than_its_scopes(world, cast, fresh):
    user = fresh(cast.analyst)
    user.token, _secret = tokens.issue(user, "analysis", ["project.read", "status.*"])
    project = world.projects["N-1"]
    assert can(user, "project.view", project)
    assert not can(user, "import.run")
    assert can(user, "import.run").reason == "This token lacks the scope import.run."
    assert can(user, "status.publish", project, view="project.view").reason == (
        "A token never decides; sign in to do this."
    )
    assert not can(user, "project.edit", project)


def test_the_command_prints_the_token_alone_on_its_last_line(cast):
    out, err = StringIO(), StringIO()
    call_command("token", "robot", "--scopes", "projects:read", "import.run", stdout=out, stderr=err)
    token = tokens.find(out.getvalue().splitlines()[-1])
    assert token.user == cast.robot
    record = Record.objects.get(object_type="access.token", object_id=token.pk)
    assert (record.actor.username, record.verb) == ("system", "token.manage")
    assert record.changes["user"] == ["", f"person:{cast.robot.pk}"]


@pytest.mark.parametrize("arguments", [["nobody", "--scopes", "read"], ["robot", "--scopes", "fly"]])
def test_the_command_refuses_unknown_people_and_scopes(arguments, cast):
    with pytest.raises(CommandError):
        call_command("token", *arguments, stdout=StringIO(), stderr=StringIO())
