"""One object of each kind for the addresses of the matrix, in the small world."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from pmo.access import tokens
from pmo.access.models import Delegation, Grant, User
from pmo.attachments.actions import comments, files
from pmo.attachments.offers import KINDS as ATTACHED
from pmo.audit.acting import acting
from pmo.audit.models import Record
from pmo.audit.tracking import event_model_of
from pmo.console.models import Invitation
from pmo.exchange.models import ImportRun
from pmo.fields.models import CustomField
from pmo.followups.models import ActionItem
from pmo.notices.models import Absence, Notice
from pmo.organisation.models import ExchangeRate, NumberPrefix
from pmo.ui.models import BulkAct, ExportRun, SavedView
from portfolio.projects.models import Project, ProjectKey
from portfolio.status import actions
from portfolio.status.models import StatusReport
from reporting.packs.models import Pack, PackRun, PackTemplate
from reporting.schedules.models import PackSchedule
from tests.house.registers import subjects_of
from tests.pmo.attachments.making import PDF, picture, upload
from tests.portfolio.status.writing import submitted


def subjects(world: Any) -> dict[str, Any]:
    """Keys of objects by the names that the matrix uses in its addresses.

    `report` is the published report of N-1, `submitted` alice's waiting one of N-3, `draft` alice's open one of N-1.
    Pack, run and schedule are about North and have no recipient; the import went into North.
    """
    with acting(User.objects.system(), "sample.small", source="test"):
        return {
            **_attached(world),
            **_status(world),
            **_packs(world),
            **_people(world),
            **_fields(),
            **subjects_of(world),
            "import": _import(world).pk,
            "rate": ExchangeRate.objects.create(base="USD", quote="EUR", valid_on=world.today, rate="0.9").pk,
        }


def _attached(world: Any) -> dict[str, Any]:
    """Alice's picture on N-1 with its preview, her file that waits for approval, and her comment."""
    alice, kind = world.users["alice"], ATTACHED.find("project")
    assert kind is not None
    bridge = world.projects["N-1"].pk
    file = files.add(kind, bridge, upload("look.png", picture()), actor=alice)
    files.keep_preview(file.versions.get().pk, b"webp", actor=alice)
    waiting = files.add(kind, bridge, upload("plan.pdf", PDF), actor=alice)
    files.submit(waiting.pk, actor=alice)
    comment = comments.write(kind, bridge, "Look at this.", actor=alice)
    return {"file": file.pk, "waiting_file": waiting.pk, "comment": comment.pk}


def _status(world: Any) -> dict[str, Any]:
    alice = world.users["alice"]
    waiting = submitted(world, "N-3", "alice")
    draft = actions.start(world.projects["N-1"].pk, actor=alice)
    report = StatusReport.objects.published().filter(project=world.projects["N-1"]).latest("as_of")
    ProjectKey.objects.create(project=world.projects["N-1"], source="test", key="1")
    return {"report": report.pk, "draft": draft.pk, "submitted": waiting.pk, "renamed": _renamed(world.projects["N-1"])}


def _renamed(project: Any) -> int:
    """The event by which the project got another name for a while."""
    Project.objects.filter(pk=project.pk).update(name="Another name")
    event = event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk).latest("pgh_id").pk
    Project.objects.filter(pk=project.pk).update(name=project.name)
    return int(event)


def _fields() -> dict[str, Any]:
    """A field that everybody sees, and one for directors and portfolio managers."""
    options = [{"slug": "grant", "label": "Grant", "retired": False}]
    field = CustomField.objects.create(kind="project", slug="funding", label="Funding", type="choice", choices=options)
    kept = CustomField.objects.create(
        kind="project", slug="appeal", label="Appeal", type="text", seen_by=["director", "portfolio_manager"]
    )
    return {"field": field.pk, "kept_field": kept.pk}


def _packs(world: Any) -> dict[str, Any]:
    pack = Pack.objects.create(name="North monthly", portfolio=world.portfolios["NORTH"])
    run = PackRun.objects.create(
        pack=pack, at=world.today, requested_by=world.users["analyst"], requested_at=timezone.now(), published=True
    )
    unpublished = PackRun.objects.create(
        pack=pack, at=world.today, requested_by=world.users["analyst"], requested_at=timezone.now(), published=False
    )
    schedule = PackSchedule.objects.create(pack=pack, cron="0 6 1 * *", time_zone="UTC")
    PackTemplate.objects.create(pack=pack, number=1, saved_by=world.users["analyst"])
    return {"pack": pack.pk, "run": run.pk, "unpublished": unpublished.pk, "schedule": schedule.pk}


def _people(world: Any) -> dict[str, Any]:
    absence = Absence.objects.create(user=world.users["alice"], starts_on=world.today, ends_on=world.today)
    item = ActionItem(title="Order steel", owner=world.users["alice"], created_by=world.users["alice"])
    item.parent_type, item.parent_id = "portfolio.project", world.projects["N-1"].pk
    item.save()
    notice = Notice.objects.create(user=world.users["alice"], kind="status", text="For Alice.", url="/", key="house")
    gone = User.objects.create(username="gone", is_active=False)
    token, _secret = tokens.issue(world.users["alice"], "of alice", ["read"])
    prefix, _made = NumberPrefix.objects.get_or_create(kind="project", defaults={"prefix": "PRJ-"})
    tomorrow = timezone.now() + timedelta(days=1)
    # It has not begun, so that it gives Bob no right in the matrix.
    later = Delegation.objects.create(
        delegator=world.users["alice"],
        delegate=world.users["bob"],
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(days=1),
    )
    invited = Invitation.objects.create(
        person=User.objects.create(username="invited", email="invited@small.example"),
        invited_by=world.users["sysadmin"],
        expires_at=tomorrow,
    )
    view = SavedView.objects.create(owner=world.users["alice"], page="portfolio:project_list", name="Mine")
    export = ExportRun.objects.create(
        requested_by=world.users["alice"], page="portfolio:project_list", title="Projects", kind="csv", language="en"
    )
    act = BulkAct.objects.create(actor=world.users["alice"], verb="project.edit", label="Changed three projects")
    return {
        "view": view.pk,
        "export": export.pk,
        "bulk_act": act.pk,
        "delegation": later.pk,
        "invitation": invited.pk,
        "person": world.users["bob"].pk,
        "notice": notice.pk,
        "absence": absence.pk,
        "action": item.pk,
        "gone": gone.pk,
        "grant": Grant.objects.get(user=world.users["executive"]).pk,
        "token": token.pk,
        "role": "member",
        "role_pk": Grant.objects.get(user=world.users["member"]).role_id,
        "unit": world.units["WORKS"].pk,
        "prefix": prefix.pk,
        "north": world.portfolios["NORTH"].pk,
        "rails": world.programmes["RAILS"].pk,
        "record": Record.objects.filter(project_id=world.projects["N-1"].pk).latest("id").pk,
    }


def _import(world: Any) -> ImportRun:
    run = ImportRun(
        profile="projects-csv",
        file_name="north.csv",
        file_size=5,
        sha256="0" * 64,
        into=world.portfolios["NORTH"].pk,
        into_label="North",
        state="previewed",
        requested_by=world.users["analyst"],
        created_at=timezone.now() - timedelta(hours=1),
    )
    run.file.save("north.csv", ContentFile(b"code\n"), save=False)
    run.save()
    return run
