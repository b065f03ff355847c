"""The life of files: versions, approval by another person, withdrawal, storage and sweeping."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from pmo.attachments import storing
from pmo.attachments.actions import files
from pmo.attachments.models import Attachment, FileVersion
from pmo.attachments.previews import thumbnail
from pmo.audit.models import Record
from pmo.kernel.errors import Broken, NotVisible, Refused, Stale, WrongState
from pmo.notices.models import Message
from pmo.workflow.models import Transition
from tests.pmo.attachments import making

pytestmark = pytest.mark.django_db


def states(file: Attachment) -> list[tuple[int, str]]:
    return [(version.number, version.state) for version in file.versions.order_by("number")]


def test_a_file_keeps_what_it_is_under_a_name_of_our_own(attach, cast, world):
    file = attach(name="../../etc/Plan of March.pdf", note=" As agreed ")
    kept = file.versions.get()
    assert (file.title, file.state, file.number, file.approved_number) == ("Plan of March", "draft", 1, None)
    assert (kept.file_name, kept.size, kept.media_type) == ("Plan of March.pdf", len(making.PDF), "application/pdf")
    assert (kept.sha256, kept.note) == (hashlib.sha256(making.PDF).hexdigest(), "As agreed")
    assert "Plan" not in kept.file
    assert Path(default_storage.path(kept.file)).read_bytes() == making.PDF
    told = Record.objects.get(verb="attachment.add")
    assert (told.actor, told.object_label, told.project_id) == (cast.alice, "Plan of March", world.projects["N-1"].pk)


def test_a_new_version_is_a_draft_and_the_approved_one_stays_in_force(attach, cast):
    file = attach()
    files.submit(file.pk, actor=cast.alice)
    files.approve(file.pk, actor=cast.portfolio)
    revised = files.revise(file.pk, making.upload("b.pdf", making.PDF + b"2"), actor=cast.alice, note="Second")
    assert (revised.state, revised.number, revised.approved_number) == ("draft", 2, 1)
    assert states(revised) == [(1, "approved"), (2, "draft")]
    files.submit(file.pk, actor=cast.alice)
    files.approve(file.pk, actor=cast.portfolio)
    final = Attachment.objects.get(pk=file.pk)
    assert states(final) == [(1, "superseded"), (2, "approved")]
    approved = final.versions.get(number=2)
    assert (approved.approved_by, final.approved_number) == (cast.portfolio, 2)
    verbs = list(Transition.objects.filter(object_id=file.pk, flow="attachment").values_list("verb", flat=True))
    assert verbs == ["submit", "approve", "revise", "submit", "approve"]


def test_nobody_approves_what_he_brought_or_asked_approval_for(attach, cast, fresh):
    file = attach(by="portfolio")
    files.submit(file.pk, actor=cast.alice)
    for person in (cast.portfolio, cast.alice):
        with pytest.raises(Refused, match="own work"):
            files.approve(file.pk, actor=fresh(person))
    assert files.approve(file.pk, actor=cast.director).state == "approved"


def test_restoring_the_bytes_of_somebody_does_not_let_him_approve_them(attach, cast):
    file = attach(by="portfolio")
    files.revise(file.pk, making.upload("b.pdf", making.PDF + b"2"), actor=cast.alice)
    restored = files.restore(file.pk, 1, actor=cast.alice)
    newest = restored.versions.get(number=3)
    assert (newest.sha256, newest.restored_from) == (hashlib.sha256(making.PDF).hexdigest(), 1)
    assert newest.file != restored.versions.get(number=1).file
    files.submit(file.pk, actor=cast.director)
    with pytest.raises(Refused, match="own work"):
        files.approve(file.pk, actor=cast.portfolio)


def test_a_returned_file_says_why_and_one_without_a_reason_is_not_returned(attach, cast):
    file = attach()
    files.submit(file.pk, actor=cast.alice)
    with pytest.raises(Broken, match="Say why"):
        files.send_back(file.pk, "  ", actor=cast.portfolio)
    assert files.send_back(file.pk, "Page 3 is missing", actor=cast.portfolio).state == "draft"
    with pytest.raises(WrongState):
        files.approve(file.pk, actor=cast.portfolio)


def test_a_withdrawn_file_can_come_back_but_is_not_revised(attach, cast):
    file = attach()
    gone = files.withdraw(file.pk, "Wrong project", actor=cast.alice)
    assert (gone.state, gone.withdrawn_at is not None) == ("withdrawn", True)
    with pytest.raises(WrongState):
        files.revise(file.pk, making.upload("b.pdf", making.PDF), actor=cast.alice)
    back = files.reinstate(file.pk, actor=cast.alice)
    assert (back.state, back.withdrawn_at) == ("draft", None)


def test_rights_are_those_on_the_object(attach, cast):
    file = attach()
    with pytest.raises(NotVisible):
        files.submit(file.pk, actor=cast.bob)
    with pytest.raises(NotVisible):
        files.withdraw(file.pk, "x", actor=cast.stranger)
    with pytest.raises(Refused):
        files.withdraw(file.pk, "x", actor=cast.member)
    with pytest.raises(NotVisible):
        attach(code="N-4", by="director")


def test_an_old_version_is_not_written_over(attach, cast):
    file = attach()
    files.rename(file.pk, {"title": "Other"}, actor=cast.alice, version=1)
    with pytest.raises(Stale):
        files.revise(file.pk, making.upload("b.pdf", making.PDF), actor=cast.alice, version=1)
    assert FileVersion.objects.count() == 1


REFUSED = {
    "liar": ("plan.pdf", making.picture(), "Its content is: PNG image"),
    "bomb": ("case.docx", making.bomb(), "unpacks to far more"),
    "program": ("tool.exe", making.PROGRAM, "end in “.exe” are not kept"),
    "huge picture": ("map.png", making.huge_png(), "more than 50 million pixels"),
    "empty": ("plan.pdf", b"", "The file is empty"),
    "macros": ("case.docx", making.office(**{"word/vbaProject.bin": b"x"}), "holds macros"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_kept_is_refused_in_words_and_leaves_nothing(what, attach):
    name, body, words = REFUSED[what]
    before = set(storing.all_names(timedelta()))
    with pytest.raises(Broken, match=words) as refused:
        attach(name=name, body=body)
    assert list(refused.value.errors) == ["file"]
    assert Attachment.objects.count() == 0
    assert set(storing.all_names(timedelta())) == before


def test_bytes_whose_row_is_refused_are_taken_away_again(attach):
    before = set(storing.all_names(timedelta()))
    with pytest.raises(Exception, match="at most 200 characters"):
        attach(title="x" * 201)
    assert set(storing.all_names(timedelta())) == before


def test_a_file_that_is_too_large_is_refused(attach, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    with pytest.raises(files.TooLarge, match="larger than 1 MB"):
        attach(body=making.PDF + b" " * settings.FILE_MAX_BYTES)


def test_a_small_picture_is_drawn_anew_upright_and_without_its_data():
    drawn = thumbnail(io.BytesIO(making.photograph()))
    assert drawn is not None
    with Image.open(io.BytesIO(drawn)) as small:
        assert (small.format, small.size, dict(small.getexif()), small.info.get("exif")) == (
            "WEBP",
            (160, 480),
            {},
            None,
        )
    assert making.PLACE.encode() not in drawn


def test_no_small_picture_is_drawn_of_a_bomb_or_of_something_broken():
    assert thumbnail(io.BytesIO(making.huge_png())) is None
    assert thumbnail(io.BytesIO(making.picture()[:8] + b"x" * 500)) is None


def test_a_picture_asks_a_worker_for_its_preview(attach):
    attach(name="a.png", body=making.picture())
    attach(name="a.pdf")
    assert list(Message.objects.filter(task="attachments.preview").values_list("arguments", flat=True)) == [
        [FileVersion.objects.get(file_name="a.png").pk]
    ]


def test_a_preview_that_comes_twice_is_kept_once(attach, cast):
    version = attach(name="a.png", body=making.picture()).versions.get()
    files.keep_preview(version.pk, b"first", actor=cast.alice)
    files.keep_preview(version.pk, b"second", actor=cast.alice)
    version.refresh_from_db()
    with storing.opened(version.preview) as kept:
        assert kept.read() == b"first"


def test_the_sweep_takes_what_nobody_owns_and_leaves_the_rest(attach, cast):
    owned = attach().versions.get().file
    orphan, young = storing.keep([b"orphan"]).name, storing.keep([b"young"]).name
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    for name in (owned, orphan):
        os.utime(default_storage.path(name), (yesterday, yesterday))
    assert files.sweep_orphans(actor=cast.director) == 1
    left = set(storing.all_names(timedelta()))
    assert {owned, young} <= left
    assert orphan not in left


def test_bytes_of_long_withdrawn_files_go_and_what_they_were_stays(attach, cast, settings):
    file = attach()
    files.withdraw(file.pk, "Old", actor=cast.alice)
    version = file.versions.get()
    before = timezone.now() - timedelta(days=settings.FILE_KEEP_DAYS)
    assert files.purge(version.pk, before=before, actor=cast.director) is False
    Attachment.objects.filter(pk=file.pk).update(
        withdrawn_at=timezone.now() - timedelta(days=settings.FILE_KEEP_DAYS + 1)
    )
    assert files.purge(version.pk, before=before, actor=cast.director) is True
    version.refresh_from_db()
    assert (version.purged_at is not None, version.sha256 != "") == (True, True)
    assert not default_storage.exists(version.file)


def test_a_full_disk_leaves_no_half_file(attach, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()}
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        attach()
    monkeypatch.undo()
    assert {path for path in Path(default_storage.path("")).rglob("*") if path.is_file()} == before
    assert Attachment.objects.count() == 0
