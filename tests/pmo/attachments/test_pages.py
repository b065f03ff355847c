"""The pages of files and comments: without scripts, with htmx, for strangers, and with bad input."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from pmo.attachments.actions import files
from pmo.attachments.models import Attachment, Comment
from pmo.attachments.offers import KINDS
from tests.pmo.attachments import making

pytestmark = pytest.mark.django_db
FILES = "/attached/project/N-1/files/"
COMMENTS = "/attached/project/N-1/comments/"
HTMX = {"HX-Request": "true"}


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_file_is_attached_and_shown_without_scripts(client_of, cast):
    client = client_of(cast.alice)
    sent = client.post(FILES, {"file": making.upload("Case.docx", making.office()), "note": "First"}, follow=True)
    assert sent.redirect_chain == [(FILES, 302)]
    html = sent.content.decode()
    assert "“Case” is attached." in html
    assert "Case.docx" in html
    assert 'aria-current="page">Files <span class="n">1</span>' in html


def test_a_refused_file_keeps_what_was_typed(client_of, cast):
    sent = {"file": making.upload("plan.pdf", making.picture()), "title": "The <plan>", "note": "Look at page 3"}
    refused = client_of(cast.alice).post(FILES, sent)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "“plan.pdf” says it is: PDF. Its content is: PNG image." in html
    assert 'value="The &lt;plan&gt;"' in html
    assert 'value="Look at page 3"' in html
    assert Attachment.objects.count() == 0


def test_a_body_that_is_too_large_is_refused_before_it_is_stored(client_of, cast, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    refused = client_of(cast.alice).post(FILES, {"file": making.upload("a.pdf", making.PDF + b" " * 3_000_000)})
    assert refused.status_code == 413
    assert "larger than 1 MB" in refused.content.decode()


def test_a_file_only_a_little_too_large_is_refused_too(client_of, cast, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    refused = client_of(cast.alice).post(FILES, {"file": making.upload("a.pdf", making.PDF + b" " * 1_048_576)})
    assert refused.status_code == 413
    assert Attachment.objects.count() == 0


DOWNLOADS = {
    "Übersicht März.pdf": (making.PDF, "application/pdf", "filename*=utf-8''%C3%9Cbersicht%20M%C3%A4rz.pdf"),
    "a; b.pdf": (making.PDF, "application/pdf", 'filename="a; b.pdf"'),
    "مشروع.pdf": (making.PDF, "application/pdf", "filename*=utf-8''%D9%85%D8%B4%D8%B1%D9%88%D8%B9.pdf"),
    "page.html": (b"<script>alert(1)</script>", "application/octet-stream", 'filename="page.html"'),
    "logo.svg": (b"<svg onload='alert(1)'/>", "application/octet-stream", 'filename="logo.svg"'),
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_is_never_shown_inside_the_house(name, attach, client_of, cast):
    body, media_type, disposition = DOWNLOADS[name]
    file = attach(name=name, body=body)
    answer = client_of(cast.alice).get(reverse("attachments:download", args=[file.pk, 1]))
    assert (answer.status_code, body_of(answer), answer["Content-Type"]) == (200, body, media_type)
    assert answer["Content-Disposition"] == f"attachment; {disposition}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Repr-Digest"].startswith("sha-256=:")


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_bytes_that_are_not_those_that_came_are_not_handed_out(harm, attach, client_of, cast):
    file = attach()
    stored = Path(default_storage.path(file.versions.get().file))
    stored.write_bytes(making.PDF + b"!") if harm == "changed" else stored.unlink()
    answer = client_of(cast.alice).get(reverse("attachments:download", args=[file.pk, 1]))
    assert answer.status_code == 409
    assert "damaged or missing" in answer.content.decode()


def test_a_preview_is_ours_and_asked_for_again(attach, client_of, cast):
    file = attach(name="a.png", body=making.picture())
    client, address = client_of(cast.alice), reverse("attachments:preview", args=[file.pk, 1])
    assert client.get(address).status_code == 404
    files.keep_preview(file.versions.get().pk, b"webp", actor=cast.alice)
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"], body_of(shown)) == (200, "image/webp", b"webp")
    again = client.get(address, headers={"If-None-Match": shown["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_of_a_withdrawn_file_only_those_who_withdraw_have_the_bytes(attach, client_of, cast):
    file = attach()
    files.withdraw(file.pk, "Wrong", actor=cast.alice)
    address = reverse("attachments:download", args=[file.pk, 1])
    assert [client_of(person).get(address).status_code for person in (cast.alice, cast.member, cast.bob)] == [
        200,
        403,
        404,
    ]


def every_door(file: Attachment, comment: Comment) -> list[tuple[str, str]]:
    one = {"pk": file.pk}
    return [
        ("get", FILES.replace("N-1", "N-4")),
        ("post", FILES.replace("N-1", "N-4")),
        ("get", COMMENTS.replace("N-1", "N-4")),
        ("post", COMMENTS.replace("N-1", "N-4")),
        ("get", "/attached/project/N-4/people/?q=a"),
        ("get", reverse("attachments:attachment", kwargs=one)),
        ("get", reverse("attachments:download", kwargs={**one, "number": 1})),
        ("get", reverse("attachments:preview", kwargs={**one, "number": 1})),
        *(
            (method, reverse(f"attachments:{verb}", kwargs=one))
            for verb in ("submit", "approve", "return", "withdraw", "reinstate", "restore", "revise", "rename")
            for method in ("get", "post")
        ),
        ("get", reverse("attachments:comment_place", args=[comment.pk])),
        ("get", reverse("attachments:comment_edit", args=[comment.pk])),
        ("post", reverse("attachments:comment_edit", args=[comment.pk])),
        ("post", reverse("attachments:comment_remove", args=[comment.pk])),
        ("get", f"/api/v1/attachments/{file.pk}/"),
        ("get", f"/api/v1/attachments/{file.pk}/file/"),
        ("get", f"/api/v1/attachments/{file.pk}/versions/"),
        ("get", f"/api/v1/attachments/{file.pk}/versions/1/file/"),
        ("get", f"/api/v1/attachments/{file.pk}/history/"),
        ("get", f"/api/v1/comments/{comment.pk}/"),
        ("get", f"/api/v1/comments/{comment.pk}/history/"),
    ]


def test_files_and_comments_of_a_hidden_project_do_not_exist_by_any_door(attach, say, client_of, cast):
    file, comment = attach(code="N-4"), say("Secret words", code="N-4")
    answers = {
        (method, address): getattr(client_of(cast.director), method)(address).status_code
        for method, address in every_door(file, comment)
    }
    assert {place: status for place, status in answers.items() if status != 404} == {}


def test_lists_and_searches_count_nothing_of_a_hidden_project(attach, say, client_of, cast):
    attach(code="N-4", name="Secret.pdf")
    say("Secret words", code="N-4")
    client = client_of(cast.director)
    for address in (
        "attachments/",
        "attachments/?q=Secret",
        "attachments/?on=project:N-4",
        "comments/",
        "comments/?on=project:N-4",
    ):
        assert client.get(f"/api/v1/{address}").json()["count"] == 0, address
    assert "Secret" not in client.get("/audit/").content.decode()


def test_a_comment_is_written_without_scripts_and_with_htmx(client_of, cast):
    client = client_of(cast.alice)
    plain = client.post(COMMENTS, {"text": "**First**"})
    first = Comment.objects.get()
    assert (plain.status_code, plain["Location"]) == (302, f"{COMMENTS}#comment-{first.pk}")
    drawn = client.post(COMMENTS, {"text": "Second", "parent": first.pk}, headers=HTMX)
    html = drawn.content.decode()
    assert drawn.status_code == 200
    assert html.startswith('<div class="talk" id="conversation"')
    assert "<strong>First</strong>" in html
    assert "<p>Second</p>" in html


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_comment_that_is_too_long_is_refused_and_kept_in_the_form(headers, client_of, cast):
    text = "long " * 20_000
    refused = client_of(cast.alice).post(COMMENTS, {"text": text}, headers=headers)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "A comment has at most 10,000 characters; yours has 99,999." in html
    assert text.strip() in html
    assert Comment.objects.count() == 0


def test_an_answer_that_is_refused_stays_below_its_comment(say, client_of, cast):
    first = say("One")
    html = client_of(cast.alice).post(COMMENTS, {"text": " ", "parent": first.pk}).content.decode()
    assert '<details class="answer" open>' in html
    assert html.count("Write something first.") == 1


def test_whoever_was_signed_out_meanwhile_gets_his_words_back(client_of, cast):
    answer = client_of().post(COMMENTS, {"text": "Three <paragraphs>"})
    assert answer.status_code == 401
    assert "Three &lt;paragraphs&gt;</textarea>" in answer.content.decode()
    assert client_of().post(COMMENTS, {"text": "x"}, headers=HTMX)["HX-Redirect"].startswith("/account/login/")


def test_a_comment_that_was_changed_meanwhile_is_not_written_over(say, client_of, cast):
    first = say("One")
    client, address = client_of(cast.alice), reverse("attachments:comment_edit", args=[first.pk])
    assert client.post(address, {"text": "Two", "version": 1}).status_code == 302
    stale = client.post(address, {"text": "Three", "version": 1})
    assert stale.status_code == 409
    assert "Three" in stale.content.decode()
    first.refresh_from_db()
    assert first.text == "Two"


def test_a_new_version_over_an_old_page_says_so_and_can_be_sent_again(attach, client_of, cast):
    file = attach()
    client, address = client_of(cast.alice), reverse("attachments:revise", args=[file.pk])
    sent = {"version": 1, "note": "Mine"}
    assert client.post(address, {**sent, "file": making.upload("b.pdf", making.PDF + b"2")}).status_code == 302
    stale = client.post(address, {**sent, "file": making.upload("c.pdf", making.PDF + b"3")})
    html = stale.content.decode()
    assert stale.status_code == 409
    assert 'name="version" value="2"' in html
    assert 'value="Mine"' in html


def test_suggestions_name_only_those_who_see_the_object(client_of, cast):
    html = client_of(cast.alice).get("/attached/project/N-1/people/?q=small").content.decode()
    names = [name for name in ("alice", "director", "bob", "stranger", "executive") if f'data-name="{name}"' in html]
    assert names == ["alice", "director"]


@pytest.mark.parametrize("kind", ["project/N-1", "programme/RAILS", "portfolio/NORTH"])
def test_every_kind_has_its_pages(kind, client_of, cast):
    for part in ("files", "comments"):
        answer = client_of(cast.portfolio).get(f"/attached/{kind}/{part}/")
        assert answer.status_code == 200, (kind, part)


def test_a_status_report_shows_files_and_comments_on_its_own_page(client_of, cast, world):
    report = world.projects["N-1"].reports.first()
    client = client_of(cast.alice)
    sent = client.post(f"/attached/status-report/{report.pk}/files/", {"file": making.upload("a.pdf", making.PDF)})
    assert sent["Location"] == f"/reports/{report.pk}/#files"
    assert "a.pdf" in client.get(f"/reports/{report.pk}/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/attached/project/NOSUCH/files/",
        "/attached/nosuch/1/files/",
        "/attached/status-report/0/files/",
        "/attached/status-report/99999999999999999999/files/",
        "/attached/status-report/%D9%A3/files/",
        "/attached/project/%00/files/",
        "/attached/project/N-1%00/comments/",
        "/attachments/999999999/",
        "/attachments/999999999999999999999/",
        "/attachments/1/versions/99999999999999/file/",
        "/comments/0/",
    ],
)
def test_an_address_of_nothing_is_not_found(address, client_of, cast):
    assert client_of(cast.alice).get(address).status_code == 404


def test_queries_of_the_files_page_do_not_grow(attach, client_of, cast, django_assert_max_num_queries):
    client = client_of(cast.alice)
    attach()
    client.get(FILES)
    with django_assert_max_num_queries(60) as few:
        client.get(FILES)
    for number in range(10):
        attach(name=f"{number}.pdf")
    with django_assert_max_num_queries(len(few)):
        assert client.get(FILES).content.decode().count('class="file-title"') == 11


def test_every_kind_that_is_offered_sees_by_its_own_rule(cast):
    assert sorted(kind.slug for kind in KINDS) == [
        "action-item",
        "pack",
        "pack-run",
        "portfolio",
        "programme",
        "project",
        "status-report",
    ]
    for kind in KINDS:
        assert kind.visible(cast.stranger).count() == 0
