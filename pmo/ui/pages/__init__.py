"""The four kinds of page: a list, a detail, a form that edits or creates, a form that acts."""

from pmo.ui.pages.detail import DetailPage, Fact, Panel, Tab
from pmo.ui.pages.forms import ActionPage, CreatePage, EditPage
from pmo.ui.pages.lists import Bulk, ListPage, ListView
from pmo.ui.pages.page import Crumb, Door, Page, door
from pmo.ui.registry import page, routes

__all__ = [
    "ActionPage",
    "Bulk",
    "CreatePage",
    "Crumb",
    "DetailPage",
    "Door",
    "EditPage",
    "Fact",
    "ListPage",
    "ListView",
    "Page",
    "Panel",
    "Tab",
    "door",
    "page",
    "routes",
]
