"""The checklist of a new installation: computed from what is there, for those who can do it, hidden and found again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.access.models import Grant, Role, User
from pmo.console.actions.backing_up import keep_backup
from pmo.console.actions.mailing import send_test_mail
from pmo.ui.setup import progress, waiting

pytestmark = pytest.mark.django_db
ADDRESS = "/getting-started/"


def state(user: User) -> dict[str, bool]:
    return {task.step.slug: task.done for task in progress(user).tasks}


def test_an_empty_installation_has_everything_before_it(db):
    first = User.objects.create(username="first", email="first@example.org")
    Grant.objects.create(user=first, role=Role.objects.get(code="sysadmin"))
    assert set(state(first).values()) == {False}
    assert waiting(first).next.step.slug == "organisation"


def test_each_point_is_computed_from_what_is_there(cast):
    assert state(cast.sysadmin) == {
        "organisation": True,
        "units": True,
        "people": True,
        "projects": True,
        "cadence": True,
        "schedule": False,
        "mail": False,
        "backup": False,
    }
    send_test_mail(actor=cast.sysadmin)
    keep_backup(7, actor=User.objects.system())
    assert [slug for slug, done in state(cast.sysadmin).items() if not done] == ["schedule"]


def test_the_state_takes_one_statement(cast, django_assert_num_queries):
    progress(cast.sysadmin)  # reads the rights of the person, which then are known
    with django_assert_num_queries(1):
        progress(cast.sysadmin)


def test_only_those_who_can_do_some_of_it_are_reminded(cast, client_of):
    assert waiting(cast.sysadmin).next.step.slug == "mail"
    assert waiting(cast.alice) is None
    page = client_of(cast.sysadmin).get(reverse("ui:my_work")).content.decode()
    assert "Next: Send a test mail" in page
    assert "Getting started" not in client_of(cast.alice).get(reverse("ui:my_work")).content.decode()


def test_it_is_hidden_and_found_again(cast, client_of):
    client = client_of(cast.sysadmin)
    assert client.post(ADDRESS, {"hide": "1"}).url == reverse("ui:home")
    assert "Next: Send a test mail" not in client.get(reverse("ui:my_work")).content.decode()
    assert ADDRESS in client.get(reverse("ui:help_list")).content.decode()
    assert "Show on my first page" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"show": "1"})
    assert "Next: Send a test mail" in client.get(reverse("ui:my_work")).content.decode()


def test_who_lacks_the_right_for_a_point_reads_why(cast, client_of):
    page = client_of(cast.director).get(ADDRESS).content.decode()
    assert "Your roles do not include this here: Edit the organisation&#x27;s settings." in page
