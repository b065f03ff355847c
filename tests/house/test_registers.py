"""What every declared register promises through all its doors; a new one is held to it by being declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from pmo.access.offers import POSSESSIONS
from pmo.audit import sentences
from pmo.audit.acting import acting
from pmo.audit.models import Record
from pmo.fields.models import CustomField
from pmo.registers import actions
from pmo.registers.declaring import REGISTERS, Register
from pmo.ui.inbox import INBOX
from pmo.ui.models import BulkAct
from reporting.packs.models import Pack
from reporting.packs.offers import SECTIONS
from reporting.packs.queries import figures
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import from_json, to_json
from tests.house.registers import entry_of

pytestmark = pytest.mark.django_db
every_register = pytest.mark.parametrize("register", REGISTERS.all(), ids=lambda register: register.noun)
NAME, OTHER, NOTE = "Quillwort by May", "Quillwort by June", "It was said so."


@pytest.fixture
def entry(register: Register, world: Any, cast: Any) -> Any:
    """An open entry about N-1 that alice owns; it is due."""
    with acting(cast.alice, register.edit):
        values = {register.due: timezone.localdate(), "name": NAME}
        return entry_of(register, world.projects["N-1"], cast.alice, **values)


def shown(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return str(answer.content.decode())


def api_url(register: Register, entry: Any = None, part: str = "") -> str:
    name = f"api:{register.noun}-{part or ('detail' if entry else 'list')}"
    return reverse(name, kwargs={"pk": entry.pk} if entry else None)


def sent(client: Any, method: str, url: str, body: Mapping[str, Any], version: str) -> Any:
    return getattr(client, method)(url, body, format="json", headers={"If-Match": version})


def given(register: Register, world: Any, cast: Any) -> dict[str, Any]:
    """What a person types into an empty form."""
    model = entry_of(register, world.projects["N-1"], cast.alice, name=OTHER)
    typed = {name: getattr(model, name) for name in register.fields}
    related = {name: getattr(value, "username", getattr(value, "code", value)) for name, value in typed.items()}
    model.__class__.objects.filter(pk=model.pk).update(name="Something else")
    return {name: value for name, value in related.items() if value is not None} | {"name": NAME}


@every_register
def test_a_form_writes_an_entry_down_and_the_page_of_its_parent_shows_it(register, world, cast, client_of):
    client, new = client_of(cast.alice), reverse(register.page("new"))
    assert "N-1" in shown(client, f"{new}?{register.parent}=N-1")
    answer = client.post(new, {**given(register, world, cast), register.parent: "N-1"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert NAME in shown(client, answer["Location"])
    assert NAME in shown(client, world.projects["N-1"].get_absolute_url())
    assert client.post(new, {register.parent: "N-1"}).status_code == 422


@every_register
def test_a_stale_form_keeps_what_was_typed(register, entry, world, cast, client_of):
    client, url = client_of(cast.alice), reverse(register.page("edit"), args=[entry.pk])
    actions.change(register, entry, {"name": OTHER}, actor=cast.alice, version=1)
    answer = client.post(url, {**given(register, world, cast), "name": "Quillwort by July", "version": 1})
    assert answer.status_code == 409
    assert "Quillwort by July" in answer.content.decode()
    assert OTHER in answer.content.decode()


@every_register
def test_every_step_is_taken_by_page_and_interface_and_wants_its_reason(register, entry, cast, api_of, client_of):
    client = api_of(cast.alice, "write")
    for step in register.flow.steps_from(register.flow.initial):
        url = api_url(register, entry, step.verb)
        if step.needs_note:
            assert sent(client, "post", url, {}, entry.etag).status_code == 422
            assert client_of(cast.alice).post(reverse(register.page(step.verb), args=[entry.pk])).status_code == 422
        assert sent(client, "post", url, {"note": NOTE}, '"old"').status_code == 412
        answer = sent(client, "post", url, {"note": NOTE}, entry.etag)
        assert (answer.status_code, answer.json()["state"]) == (200, step.target)
        assert Record.objects.filter(object_id=entry.pk, note=NOTE, verb=step.permission).exists()
        assert NOTE in shown(client_of(cast.alice), entry.get_absolute_url())
        (told, *_others) = sentences.told(Record.objects.filter(object_id=entry.pk, note=NOTE).select_related("actor"))
        assert told.verb == f"moved to “{register.states[step.target]}”:"
        register.model.objects.filter(pk=entry.pk).update(state=register.flow.initial)
        entry.refresh_from_db()


@every_register
def test_the_words_of_a_closed_entry_stay(register, entry, cast, api_of, client_of):
    closed = next(state for state in register.flow.states if state not in register.open_states)
    register.model.objects.filter(pk=entry.pk).update(state=closed)
    assert sent(api_of(cast.alice), "patch", api_url(register, entry), {"name": OTHER}, entry.etag).status_code == 409
    page = client_of(cast.alice).post(
        reverse(register.page("edit"), args=[entry.pk]), {"name": OTHER, "version": entry.version}
    )
    assert page.status_code in (409, 422)
    entry.refresh_from_db()
    assert entry.name == NAME


@every_register
def test_the_interface_writes_down_changes_and_tells_the_past(register, world, cast, api_of):
    client = api_of(cast.alice)
    body = {**given(register, world, cast), register.parent: "N-1"}
    made = client.post(api_url(register), body, format="json")
    assert (made.status_code, made.json()["name"], made.json()["state"]) == (201, NAME, register.flow.initial)
    assert client.post(api_url(register), {**body, "state": "x"}, format="json").status_code == 400
    changed = sent(client, "patch", made["Location"], {"name": OTHER}, made["ETag"])
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, OTHER, 2)
    told = client.get(f"{made['Location']}history/").json()["results"]
    assert [each["verb"] for each in told] == [register.edit, register.edit]
    assert OTHER in str(told[0]["changes"])


@pytest.mark.django_db(transaction=True)
@every_register
def test_the_past_is_shown_by_page_list_and_interface(register, entry, cast, api_of, client_of):
    """All rows of one transaction carry its one instant, so this test has several."""
    past = timezone.now().isoformat().replace("+00:00", "Z")
    actions.change(register, entry, {"name": OTHER}, actor=cast.alice, version=1)
    client, lists, page = client_of(cast.alice), reverse(register.page("list")), entry.get_absolute_url()
    assert NAME in shown(client, f"{lists}?as_of={past}")
    assert OTHER in shown(client, lists)
    assert [str(client.get(url).context["title"]) for url in (f"{page}?as_of={past}", page)] == [NAME, OTHER]
    assert api_of(cast.alice).get(f"{api_url(register, entry)}?as_of={past}").json()["name"] == NAME


@every_register
def test_what_belongs_to_a_hidden_object_is_nowhere(register, world, cast, api_of, client_of):
    hidden = entry_of(register, world.projects["N-4"], cast.alice, name=NAME)
    for person in (cast.analyst, cast.bob, cast.stranger):
        assert client_of(person).get(hidden.get_absolute_url()).status_code == 404
        assert api_of(person).get(api_url(register, hidden)).status_code == 404
        assert NAME not in str(api_of(person).get(f"/api/v1/search/?q=quillwort&kind={register.noun}").content)
        assert NAME not in client_of(person).get(f"{reverse(register.page('list'))}?view=all").content.decode()
        assert NAME not in client_of(person).get("/my-work/").content.decode()


@every_register
def test_it_is_found_by_its_words_until_it_is_closed_and_then_still(register, entry, cast, api_of):
    found = api_of(cast.alice).get(f"/api/v1/search/?q=quillw&kind={register.noun}").json()
    assert NAME in str(found)
    assert NAME not in str(api_of(cast.bob).get(f"/api/v1/search/?q=quillw&kind={register.noun}").json())


@every_register
def test_custom_fields_are_written_shown_filtered_and_exported(register, entry, cast, api_of, client_of):
    CustomField.objects.create(kind=register.noun, slug="zeal", label="Zeal", type="text")
    client = api_of(cast.alice)
    changed = sent(client, "patch", api_url(register, entry), {"custom": {"zeal": "Fervent"}}, entry.etag)
    assert changed.json()["custom"] == {"zeal": "Fervent"}
    assert client.get(f"{api_url(register)}?zeal=Fervent").json()["count"] == 1
    assert client.get(f"{api_url(register)}?zeal=Tepid").json()["count"] == 0
    assert "Fervent" in shown(client_of(cast.alice), entry.get_absolute_url())
    assert "Zeal" in shown(client_of(cast.alice), reverse(register.page("edit"), args=[entry.pk]))
    export = client_of(cast.alice).get(f"{reverse(register.page('list'))}?columns=name,zeal&export=csv")
    assert "Fervent" in b"".join(export.streaming_content).decode()


@every_register
def test_filters_of_page_and_interface_find_the_same(register, entry, cast, api_of, client_of):
    today = timezone.localdate()
    due, late = register.due.removesuffix("_on"), today + timedelta(days=1)
    for query, number in {
        f"{register.parent}=N-1": 1,
        f"{register.owner}=alice": 1,
        f"state={register.flow.initial}": 1,
        f"{due}_until={today}": 1,
        f"{due}_from={late}": 0,
        "q=quillwort": 1,
        f"{register.owner}=bob": 0,
    }.items():
        assert api_of(cast.alice).get(f"{api_url(register)}?{query}").json()["count"] == number, query
        page = shown(client_of(cast.alice), f"{reverse(register.page('list'))}?{query}")
        assert (NAME in page) is bool(number), query


@every_register
def test_many_take_a_step_and_change_hands_at_once_and_hands_are_taken_back(register, entry, cast, client_of):
    client, url = client_of(cast.alice), reverse(register.page("list"))
    edit = {
        "bulk": "edit-fields", "selected": entry.pk, "set": register.owner, register.owner: "bob",
        "step": "apply", f"version_{entry.pk}": entry.version,
    }  # fmt: skip
    assert client.post(url, edit).status_code == 302
    entry.refresh_from_db()
    assert getattr(entry, register.owner) == cast.bob
    act = BulkAct.objects.latest("pk")
    assert client.post(reverse("ui:bulk_undo", args=[act.pk])).status_code == 302
    entry.refresh_from_db()
    assert getattr(entry, register.owner) == cast.alice
    step = register.flow.steps_from(register.flow.initial)[0]
    client.post(url, {"bulk": step.verb, "selected": entry.pk, "confirmed": "1", "note": NOTE})
    entry.refresh_from_db()
    assert entry.state == step.target


@every_register
def test_it_waits_for_its_owner_and_goes_to_the_heir_of_who_leaves(register, entry, cast, client_of):
    assert NAME in shown(client_of(cast.alice), "/my-work/")
    assert INBOX.count(cast.alice) >= 1
    kept = next(each for each in POSSESSIONS.all() if each.name == register.slug)
    assert [each.pk for each in kept.held(cast.alice)] == [entry.pk]
    assert kept.hand_over(cast.alice, cast.bob, actor=cast.sysadmin) == 1
    entry.refresh_from_db()
    assert getattr(entry, register.owner) == cast.bob


@every_register
def test_nobody_gives_it_to_somebody_who_does_not_work_here(register, entry, cast, api_of):
    answer = sent(api_of(cast.alice), "patch", api_url(register, entry), {register.owner: "robot"}, entry.etag)
    assert answer.status_code == 422


@every_register
def test_packs_print_what_is_open_as_far_as_all_their_readers_see_it(register, entry, world, cast):
    pack = Pack.objects.create(name="North", portfolio=world.portfolios["NORTH"])
    entry_of(register, world.projects["N-4"], cast.alice, name="Hidden quillwort")
    found = figures(pack, timezone.localdate(), [cast.analyst])
    assert [each.name for project in found.projects for each in project.entries] == [NAME]
    assert from_json(to_json(found)) == found
    edition = Edition(found, None, 1, timezone.now())
    (section,) = [each for each in SECTIONS.all() if each.code == register.slug]
    assert section.applies(edition)
    told = render_to_string(section.template, {"s": section.build(edition)})
    assert (NAME in told, "Hidden" in told) == (True, False)
    assert not any(each.entries for each in figures(pack, timezone.localdate(), [cast.stranger]).projects)
