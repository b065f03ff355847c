"""The console's pages: who sees which, what they show, and that they lose nothing that was typed."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.urls import reverse

from pmo.access.models import Grant, Role, Token, User
from pmo.audit.models import Record
from pmo.console.actions import people
from pmo.console.queries import account_version, matrix_version
from pmo.organisation.actions import add_unit, configure
from pmo.organisation.models import NumberPrefix, Organisation, Placement, Unit
from reporting.sample.small import NAMES

SEES_USERS = {"director", "sysadmin"}
EDITS = {"sysadmin"}
SEES_HISTORY = {"director", "portfolio", "alice", "bob", "analyst", "sysadmin"}
SEES_JOBS = {"analyst", "sysadmin"}
HAS_TOKENS = set(NAMES) - {"stranger"}


def url(name, *args):
    return reverse(f"console:{name}", args=args)


def confirmed(browser, address, form):
    """Send a form whose effect is shown first, and then confirm what was shown."""
    shown = browser.post(address, form)
    assert shown.status_code == 200, shown.content.decode()
    return browser.post(address, {**form, "confirmed": shown.context["confirmed"]})


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("user_list", SEES_USERS),
        ("role_list", SEES_USERS),
        ("user_new", EDITS),
        ("role_new", EDITS),
        ("settings", SEES_USERS),
        ("settings_edit", EDITS),
        ("unit_new", EDITS),
        ("record_list", SEES_HISTORY),
        ("job_list", SEES_JOBS),
        ("me", set(NAMES)),
        ("token_list", HAS_TOKENS),
        ("token_new", HAS_TOKENS),
    ],
)
def test_each_page_opens_for_its_roles_only(name, allowed, cast, client_of):
    answers = {each: client_of(getattr(cast, each)).get(url(name)).status_code for each in NAMES}
    assert answers == {each: 200 if each in allowed else 403 for each in NAMES}
    assert client_of().get(url(name)).status_code == 302


@pytest.mark.parametrize("name", ["user_edit", "user_close", "user_invite", "user_password", "grant_new"])
def test_forms_about_somebody_open_for_administrators_only(name, cast, client_of):
    answers = {
        each: client_of(getattr(cast, each)).get(url(name, cast.bob.pk)).status_code
        for each in ("sysadmin", "director", "alice", "stranger")
    }
    assert answers["sysadmin"] == 200
    assert answers["director"] == 403
    assert answers["alice"] in (403, 404)
    assert answers["stranger"] in (403, 404)


def test_the_list_shows_roles_unit_and_last_sign_in_and_exports_the_same(cast, client_of):
    page = client_of(cast.sysadmin).get(url("user_list"), {"q": "resources"})
    text = page.content.decode()
    assert "Resource manager" in text
    assert "Works" in text
    assert "never" in text
    assert "1 row" in text
    rows = client_of(cast.director).get(url("user_list"), {"q": "resources", "export": "csv"})
    lines = list(csv.reader(StringIO(b"".join(rows.streaming_content).decode())))
    assert lines[1][:5] == ["Resources Small", "resources", "Resource manager", "Works", "Open"]


def test_the_list_filters_by_role_and_by_unit_with_all_below_it(cast, client_of):
    browser = client_of(cast.sysadmin)
    manager = Role.objects.get(code="project_manager")
    page = browser.get(url("user_list"), {"role": manager.pk})
    assert "2 rows" in page.content.decode()
    page = browser.get(url("user_list"), {"unit": Unit.objects.get(code="ROOT").pk})
    assert "1 row" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_people(cast, client_of, django_assert_max_num_queries):
    browser = client_of(cast.sysadmin)
    browser.get(url("user_list"))
    member = Role.objects.get(code="member")
    made = User.objects.bulk_create(User(username=f"p{n}", first_name="P", last_name=str(n)) for n in range(30))
    Grant.objects.bulk_create(Grant(user=user, role=member) for user in made)
    with django_assert_max_num_queries(12):
        browser.get(url("user_list"))


def test_the_page_of_a_person_tells_roles_rights_and_history(cast, client_of):
    people.edit_person(cast.bob.pk, {"job_title": "Engineer"}, actor=cast.sysadmin)
    text = client_of(cast.director).get(url("user", cast.bob.pk)).content.decode()
    assert "Project manager" in text
    assert "whole organisation" in text
    assert "Own projects" in text
    assert "Write status reports" in text
    assert "Job title set to Engineer" in text
    assert "<b>Sysadmin Small</b>" in text


def test_a_person_is_added_with_a_unit_and_then_granted_a_role(cast, client_of):
    browser = client_of(cast.sysadmin)
    form = {
        "first_name": "Nadia",
        "last_name": "Novak",
        "username": "nadia",
        "email": "nadia@small.example",
        "unit": Unit.objects.get(code="WORKS").pk,
        "entry": "password",
        "password": "correct horse battery",
    }
    answer = browser.post(url("user_new"), form)
    nadia = User.objects.get(username="nadia")
    assert answer["Location"] == url("user", nadia.pk)
    analyst = Role.objects.get(code="analyst")
    form = {"role": analyst.pk, "within": "portfolio:north", "ends_on": "2099-12-31"}
    answer = confirmed(browser, url("grant_new", nadia.pk), form)
    assert answer["Location"] == url("user", nadia.pk)
    grant = nadia.grants.get()
    assert (grant.role, grant.scope, grant.ends_at.isoformat()) == (analyst, "portfolio", "2100-01-01T00:00:00+00:00")
    assert "31 Dec 2099" in browser.get(url("user", nadia.pk)).content.decode()


def test_what_was_typed_survives_a_refusal(cast, client_of):
    form = {"first_name": "Nadia", "last_name": "Novak", "username": "alice", "email": "", "entry": "link"}
    answer = client_of(cast.sysadmin).post(url("user_new"), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Nadia"' in text
    assert "The link needs an address." in text
    assert "A user with that username already exists." in text


def test_a_scope_that_is_no_suggestion_is_refused_in_words(cast, client_of):
    role = Role.objects.get(code="member")
    for typed in ("north", "portfolio:", "portfolio:atlantis", "project:N-4", "a\x00b"):
        answer = client_of(cast.sysadmin).post(url("grant_new", cast.bob.pk), {"role": role.pk, "within": typed})
        assert answer.status_code == 422, typed
    assert cast.bob.grants.count() == 1


def test_the_selector_of_scopes_finds_by_name_and_hides_confidential_projects(cast, client_of):
    browser = client_of(cast.sysadmin)
    found = browser.get(reverse("ui:pick", args=["scope"]), {"within": "north"}).content.decode()
    assert 'value="portfolio:NORTH"' in found
    hidden = browser.get(reverse("ui:pick", args=["scope"]), {"within": "project:secret"}).content.decode()
    assert "option" not in hidden
    assert client_of(cast.alice).get(reverse("ui:pick", args=["scope"]), {"within": "north"}).status_code == 403


def test_a_stale_form_about_a_person_shows_both_and_saves_neither(cast, client_of):
    opened = account_version(cast.bob)
    people.edit_person(cast.bob.pk, {"job_title": "Engineer"}, actor=cast.sysadmin)
    form = {"first_name": "Bob", "last_name": "Small", "username": "bob", "email": "bob@small.example"}
    browser = client_of(cast.sysadmin)
    answer = browser.post(url("user_edit", cast.bob.pk), {**form, "job_title": "Pilot", "version": opened})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>Pilot</td><td>Engineer</td>" in text
    assert User.objects.get(pk=cast.bob.pk).job_title == "Engineer"
    again = account_version(cast.bob)
    assert f'name="version" value="{again}"' in text
    answer = browser.post(url("user_edit", cast.bob.pk), {**form, "job_title": "Pilot", "version": again})
    assert answer.status_code == 302
    assert User.objects.get(pk=cast.bob.pk).job_title == "Pilot"


def test_closing_an_account_asks_for_a_reason_and_says_so_in_the_history(cast, client_of):
    browser = client_of(cast.sysadmin)
    form = {"note": "left", "to_managed_projects": "alice"}
    assert browser.post(url("user_close", cast.bob.pk), form).status_code == 302
    text = browser.get(url("user", cast.bob.pk)).content.decode()
    assert "<q>left</q>" in text
    assert "Nothing: the account is closed." in text
    assert "Reopen account" in text
    assert browser.post(url("user_close", cast.sysadmin.pk)).status_code == 403


# --- roles --------------------------------------------------------------------------------------------------------
def test_the_matrix_shows_every_role_and_changes_one(cast, client_of):
    browser = client_of(cast.sysadmin)
    assert "Resource manager" in browser.get(url("role_list")).content.decode()
    role = Role.objects.get(code="member")
    form = dict(role.permissions.values_list("permission", "reach"))
    form |= {"pack.view": "project", "version": matrix_version(role)}
    answer = confirmed(browser, url("role_edit", "member"), form)
    assert answer["Location"] == url("role", "member")
    assert role.permissions.get(permission="pack.view").reach == "project"
    assert "See packs" in client_of(cast.director).get(url("role", "member")).content.decode()


def test_a_stale_matrix_is_refused(cast, client_of):
    role = Role.objects.get(code="member")
    opened = matrix_version(role)
    role.permissions.filter(permission="export.run").update(reach="all")
    form = dict(role.permissions.values_list("permission", "reach"))
    answer = client_of(cast.sysadmin).post(
        url("role_edit", "member"), {**form, "export.run": "self", "version": opened}
    )
    assert answer.status_code == 409
    assert role.permissions.get(permission="export.run").reach == "all"


# --- organisation -------------------------------------------------------------------------------------------------
def test_settings_are_changed_on_one_page_with_their_rules(cast, client_of):
    browser = client_of(cast.sysadmin)
    current = Organisation.current()
    form = {
        "name": "Port Authority",
        "currency": "GBP",
        "time_zone": "Europe/London",
        "fiscal_start_month": "4",
        "report_grace_days": "2",
        "report_remind_days": "2",
        "report_chase_days": "1",
        "report_escalate_days": "3",
        "unchanged_reports": "3",
        "cost_amber_percent": "5",
        "cost_red_percent": "4",
        "slip_amber_days": "15",
        "slip_red_days": "60",
        "accent": current.accent,
        "accent_dark": current.accent_dark,
        "version": str(current.version),
    }
    answer = browser.post(url("settings_edit"), form)
    assert answer.status_code == 422
    assert "At risk must begin before off track: cost overrun." in answer.content.decode()
    answer = browser.post(url("settings_edit"), {**form, "cost_red_percent": "12"})
    assert answer["Location"] == url("settings")
    text = client_of(cast.director).get(url("settings")).content.decode()
    assert "Port Authority" in text
    assert "April" in text
    assert "Edit settings" in text
    record = Record.objects.filter(verb="settings.edit").latest("pk")
    assert record.changes["currency"] == ["EUR", "GBP"]


def test_two_who_edit_the_settings_do_not_overwrite_each_other(cast, client_of):
    opened = Organisation.current().version
    configure({"name": "First"}, actor=cast.sysadmin)
    browser = client_of(cast.sysadmin)
    page = browser.get(url("settings_edit"))
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    answer = browser.post(url("settings_edit"), {**form, "name": "Second", "version": opened})
    assert answer.status_code == 409
    assert Organisation.current().name == "First"


def test_units_make_a_tree_and_never_a_ring(cast, client_of):
    browser = client_of(cast.sysadmin)
    works = Unit.objects.get(code="WORKS")
    answer = browser.post(url("unit_new"), {"code": "ROADS", "name": "Roads", "parent": works.pk})
    assert answer.status_code == 302
    roads = Unit.objects.get(code="ROADS")
    answer = browser.post(
        url("unit_edit", works.pk), {"code": "WORKS", "name": "Works", "parent": roads.pk, "version": works.version}
    )
    assert answer.status_code == 422
    assert "This would make the tree of units a ring." in answer.content.decode()
    text = browser.get(url("settings")).content.decode()
    assert text.index("Small Authority") < text.index("Works") < text.index("Roads")


def test_numbers_only_go_up(cast, client_of):
    row = NumberPrefix.objects.create(kind="project", prefix="PRJ-", next_number=7)
    browser = client_of(cast.sysadmin)
    form = {"prefix": "P-", "width": "4", "version": str(row.version)}
    answer = browser.post(url("prefix_edit", row.pk), {**form, "next_number": "3"})
    assert answer.status_code == 422
    assert "Numbers only go up; the next one is 7." in answer.content.decode()
    assert browser.post(url("prefix_edit", row.pk), {**form, "next_number": "100"}).status_code == 302
    assert str(NumberPrefix.objects.get(pk=row.pk)) == "P-0100"


def test_a_persons_unit_moves_with_a_record(cast, client_of):
    add_unit(code="ROADS", name="Roads", actor=cast.sysadmin)
    roads = Unit.objects.get(code="ROADS")
    person = cast.resources
    form = {"first_name": "R", "last_name": "Small", "username": "resources", "email": "", "unit": roads.pk}
    answer = client_of(cast.sysadmin).post(url("user_edit", person.pk), {**form, "version": account_version(person)})
    assert answer.status_code == 302
    assert Placement.objects.get(user=person).unit == roads
    assert Record.objects.filter(changes={"unit": ["Works", "Roads"]}).count() == 1


# --- history ------------------------------------------------------------------------------------------------------
def test_the_history_is_cut_to_what_its_reader_may_see(cast, world, client_of):
    from portfolio.projects.actions import edit_project

    for code in ("N-1", "N-4", "S-1"):
        project = world.projects[code]
        actor = cast.alice if code.startswith("N") else cast.bob
        edit_project(project, {"description": f"about {code}"}, actor=actor, version=project.version)
    people.edit_person(cast.bob.pk, {"job_title": "Engineer"}, actor=cast.sysadmin)

    def labels(person):
        rows = client_of(person).get(url("record_list"), {"export": "csv"})
        lines = list(csv.reader(StringIO(b"".join(rows.streaming_content).decode())))[1:]
        return {line[0] for line in lines}

    assert labels(cast.director) == {"N-1 Bridge", "S-1 Harbour", "Bob Small"}
    assert labels(cast.sysadmin) == {"Project", "Bob Small"}
    assert labels(cast.portfolio) == {"N-1 Bridge"}
    assert labels(cast.alice) == {"N-1 Bridge", "N-4 Secret site"}
    assert labels(cast.bob) == {"S-1 Harbour"}


def test_the_history_is_filtered_by_person_act_kind_and_day(cast, client_of):
    people.edit_person(cast.bob.pk, {"job_title": "Engineer"}, actor=cast.sysadmin)
    browser = client_of(cast.director)
    hits = {"actor": "sysadmin", "verb": "user.edit", "kind": "access.user", "since": "2000-01-01", "q": "bob"}
    text = browser.get(url("record_list"), hits).content.decode()
    assert "Job title changed" in text
    assert "1 row" in text
    for missing in ({"actor": "alice"}, {"verb": "project.edit"}, {"until": "2000-01-01"}, {"source": "rest"}):
        assert "Nothing matches these filters." in browser.get(url("record_list"), missing).content.decode()
    assert browser.get(url("record_list"), {"verb": "moon.landing"}).status_code == 400


# --- one's own ----------------------------------------------------------------------------------------------------
def test_a_token_is_shown_once_and_revoked_by_its_owner(cast, client_of):
    browser = client_of(cast.analyst)
    answer = browser.post(url("token_new"), {"name": "nightly", "access": "read write", "days": "30"})
    token = Token.objects.get(user=cast.analyst)
    secret = answer.context["secret"]
    assert secret.startswith(token.prefix)
    assert secret in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert token.scopes == ["read", "write"]
    listed = browser.get(url("token_list")).content.decode()
    assert "nightly" in listed
    assert secret not in listed
    assert browser.post(url("token_revoke", token.pk)).status_code == 302
    assert Token.objects.get(pk=token.pk).revoked_at is not None
    assert browser.post(url("token_revoke", token.pk)).status_code == 409


def test_a_token_is_revoked_by_an_administrator_and_hidden_from_strangers(cast, client_of):
    client_of(cast.analyst).post(url("token_new"), {"name": "nightly", "access": "read", "days": "30"})
    token = Token.objects.get(user=cast.analyst)
    assert client_of(cast.alice).get(url("token_revoke", token.pk)).status_code == 404
    assert client_of(cast.director).get(url("token_revoke", token.pk)).status_code == 403
    answer = client_of(cast.sysadmin).post(url("token_revoke", token.pk))
    assert answer["Location"] == url("user", cast.analyst.pk)


def test_a_token_with_unknown_or_no_scopes_is_refused(cast, client_of):
    browser = client_of(cast.analyst)
    for scopes in ("", "moon.landing"):
        answer = browser.post(url("token_new"), {"name": "x", "access": "chosen", "scopes": scopes, "days": "30"})
        assert answer.status_code == 422
    assert not Token.objects.exists()


def test_a_profile_is_saved_with_its_version(cast, client_of):
    browser = client_of(cast.alice)
    page = browser.get(url("me"))
    form = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    version = page.context["version"]
    answer = browser.post(url("me"), {**form, "job_title": "Lead", "theme": "dark", "version": version})
    assert answer["Location"] == url("me")
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.job_title, alice.theme) == ("Lead", "dark")
    assert browser.post(url("me"), {**form, "job_title": "Old", "version": version}).status_code == 409


def test_background_work_that_waits_is_counted(cast, client_of):
    from pmo.notices.models import Message

    Message.objects.create(task="packs.make", arguments=[7], attempts=2, error="OperationalError")
    text = client_of(cast.sysadmin).get(url("job_list")).content.decode()
    assert "1 waiting, the oldest since" in text
    assert "Broker does not answer" in text
