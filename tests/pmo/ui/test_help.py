"""Help and glossary: the right guide for each page, alone in a dialog and whole as a page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.ui.guidance import GUIDES, Guide

pytestmark = pytest.mark.django_db
DIALOG = {"HX-Request": "true", "HX-Target": "aside"}


@pytest.mark.parametrize(
    ("address", "guide"),
    [
        ("/my-work/", "ui:my_work"),
        ("/projects/", "portfolio:project_list"),
        ("/projects/N-1/", "portfolio:project"),
        ("/projects/N-1/edit/", "portfolio:project_list"),
        ("/dashboard/portfolios/NORTH/", "reporting:home"),
    ],
)
def test_a_page_leads_to_its_own_help_or_to_that_of_its_place_in_the_menu(address, guide, cast, client_of):
    assert f'href="{reverse("ui:help", args=[guide])}"' in client_of(cast.portfolio).get(address).content.decode()


def test_the_dialog_gets_the_middle_and_the_address_the_whole_page(cast, client_of):
    client, address = client_of(cast.alice), reverse("ui:help", args=["portfolio:status_form"])
    whole, part = client.get(address).content.decode(), client.get(address, headers=DIALOG).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "Choose the overall status and write three sentences for the sponsor." in part
    assert "Computed health" in part


def test_unknown_help_is_not_found(cast, client_of):
    assert client_of(cast.alice).get("/help/nothing:here/").status_code == 404


def test_the_keys_of_a_page_win_over_those_of_every_page():
    guide = Guide("a:b", "A", "B", "C", (), (("?", "own"),))
    assert dict(guide.all_keys)["?"] == "own"
    assert dict(guide.all_keys)["Ctrl K"] == "Search or jump to"


def test_every_guide_is_told_in_full(cast, client_of):
    client = client_of(cast.alice)
    page = client.get(reverse("ui:help_list")).content.decode()
    assert [guide.page for guide in GUIDES.all() if reverse("ui:help", args=[guide.page]) not in page] == []
    assert [guide.page for guide in GUIDES.all() if not guide.steps] == []


def test_the_glossary_has_every_word_with_an_anchor(cast, client_of):
    page = client_of(cast.alice).get(reverse("ui:glossary")).content.decode()
    assert '<div id="slip"><dt>Slip</dt>' in page
