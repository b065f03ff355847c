"""Forms lose nothing that was typed, and tell who was faster."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.kernel.verdict import no
from pmo.organisation.models import Unit
from pmo.ui.pages import ActionPage, CreatePage, EditPage


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ["code", "name"]


class Edit(EditPage):
    may, queryset, form_class = "settings.edit", Unit.objects.all(), UnitForm

    def success_url(self, result: Any) -> str:
        return "/units/"

    cancel_url = lambda self: "/units/"  # noqa: E731


class Create(CreatePage):
    may, form_class, title = "settings.edit", UnitForm, "New unit"

    def create(self, data: dict[str, Any]) -> Any:
        return Unit.objects.create(**data)

    def success_url(self, result: Any) -> str:
        return f"/units/{result.code}/"


class ReasonForm(forms.Form):
    reason = forms.CharField()


def close(pk: int, *, actor: Any, reason: str) -> int:
    if reason == "broken":
        raise Broken("Say more than that.", "reason")
    if reason == "early":
        raise WrongState("Two reports are still open.", [no("Report 7 is a draft.", "/reports/7/")])
    return pk


class Close(ActionPage):
    may, code, queryset = "settings.view", "settings.edit", Unit.objects.all()
    form_class, action, title = ReasonForm, staticmethod(close), "Close unit"

    def success_url(self, result: Any) -> str:
        return f"/closed/{result}/"

    cancel_url = lambda self: "/units/"  # noqa: E731


@pytest.fixture
def admin(holder):
    return holder("sys", "sysadmin")


@pytest.fixture
def unit(db):
    return Unit.objects.create(code="TR", name="Transport")


def test_a_form_carries_the_version_it_was_opened_with(visit, admin, unit):
    assert 'name="version" value="1"' in visit(Edit, admin, pk=unit.pk).content.decode()


def test_an_edit_is_saved_with_the_next_version(visit, admin, unit):
    response = visit(Edit, admin, data={"version": 1, "code": "TR", "name": "Trams"}, pk=unit.pk)
    unit.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, "/units/")
    assert (unit.name, unit.version) == ("Trams", 2)


def test_an_error_answers_422_with_a_link_to_the_field_and_the_typed_text(visit, admin, unit):
    response = visit(Edit, admin, data={"version": 1, "code": "", "name": "Trams & buses"}, pk=unit.pk)
    text = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_code">Code: This field is required.</a>' in text
    assert 'aria-invalid="true"' in text
    assert 'value="Trams &amp; buses"' in text


def test_the_page_of_a_wrong_form_keeps_the_stored_title(visit, admin, unit):
    text = visit(Edit, admin, data={"version": 1, "code": "", "name": "Other"}, pk=unit.pk).content.decode()
    assert "<h1>Edit Transport</h1>" in text


def test_a_stale_form_shows_both_and_keeps_mine(visit, admin, unit):
    Unit.objects.filter(pk=unit.pk).update(name="Roads", version=2)
    response = visit(Edit, admin, data={"version": 1, "code": "TR", "name": "Trams"}, pk=unit.pk)
    text = response.content.decode()
    assert response.status_code == 409
    assert "<td>Trams</td><td>Roads</td>" in text
    assert 'name="version" value="2"' in text
    assert 'value="Trams"' in text
    unit.refresh_from_db()
    assert unit.name == "Roads"


def test_a_stale_form_says_who_was_faster(visit, admin, holder, unit):
    other = holder("rahul", "sysadmin")
    other.first_name, other.last_name = "Rahul", "Menon"
    other.save()
    visit(Edit, other, data={"version": 1, "code": "TR", "name": "Roads"}, pk=unit.pk)
    text = visit(Edit, admin, data={"version": 1, "code": "TR", "name": "Trams"}, pk=unit.pk).content.decode()
    assert "Rahul Menon changed this on" in text


def test_keeping_mine_after_a_conflict_saves_it(visit, admin, unit):
    Unit.objects.filter(pk=unit.pk).update(name="Roads", version=2)
    visit(Edit, admin, data={"version": 2, "code": "TR", "name": "Trams"}, pk=unit.pk)
    unit.refresh_from_db()
    assert (unit.name, unit.version) == ("Trams", 3)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_without_a_version_is_refused(visit, admin, unit, version):
    response = visit(Edit, admin, data={"version": version, "code": "TR", "name": "Trams"}, pk=unit.pk)
    assert response.status_code == 422
    assert "has lost its version" in response.content.decode()


def test_creating_goes_to_the_new_object(visit, admin):
    response = visit(Create, admin, data={"code": "ED", "name": "Education"})
    assert (response.status_code, response["Location"]) == (302, "/units/ED/")


def test_an_action_gets_the_input_and_leads_on(visit, admin, unit):
    response = visit(Close, admin, data={"reason": "merged"}, pk=unit.pk)
    assert (response.status_code, response["Location"]) == (302, f"/closed/{unit.pk}/")


def test_a_broken_rule_stands_beside_its_field(visit, admin, unit):
    response = visit(Close, admin, data={"reason": "broken"}, pk=unit.pk)
    assert response.status_code == 422
    assert '<a href="#id_reason">Reason: Say more than that.</a>' in response.content.decode()


def test_a_wrong_state_lists_what_is_open_with_the_way_there(visit, admin, unit):
    response = visit(Close, admin, data={"reason": "early"}, pk=unit.pk)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Two reports are still open." in text
    assert 'href="/reports/7/"' in text
    assert 'value="early"' in text


def test_an_action_that_may_not_be_run_is_refused_before_anything_is_typed(visit, holder, unit):
    with pytest.raises((Refused, NotVisible)):
        visit(Close, holder("nobody"), pk=unit.pk)


def test_what_does_not_exist_is_not_visible(visit, admin):
    with pytest.raises(NotVisible):
        visit(Edit, admin, pk=0)


def test_htmx_is_told_where_to_go(visit, admin, unit):
    response = visit(Close, admin, data={"reason": "merged"}, target="form", pk=unit.pk)
    assert response["HX-Redirect"] == f"/closed/{unit.pk}/"
