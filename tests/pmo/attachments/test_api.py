"""Files and comments over REST: uploads, versions, preconditions, once-only, and races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from pmo.attachments.models import Attachment, Comment, FileVersion
from tests.pmo.attachments import making

FILES, COMMENTS = "/api/v1/attachments/", "/api/v1/comments/"
pytestmark = pytest.mark.django_db


def sent(name="plan.pdf", body=making.PDF, **more):
    return {"file": making.upload(name, body), **more}


def test_a_file_is_attached_read_and_downloaded(api_of, cast):
    client = api_of(cast.alice, "write")
    made = client.post(FILES, sent(on="project:n-1", note="First"), format="multipart")
    body = made.json()
    assert (made.status_code, made["Location"]) == (201, f"http://testserver{FILES}{body['id']}/")
    assert body["on"]["address"] == "project:N-1"
    assert (body["title"], body["state"], body["number"], body["newest"]["note"]) == ("plan", "draft", 1, "First")
    assert client.get(f"{FILES}{body['id']}/")["ETag"] == made["ETag"]
    assert client.get(f"{FILES}?on=project:N-1").json()["count"] == 1
    assert client.get(f"{FILES}?on=project:N-3").json()["count"] == 0
    for address in ("file/", "versions/1/file/"):
        answer = client.get(f"{FILES}{body['id']}/{address}")
        assert (b"".join(answer.streaming_content), answer["X-Content-Type-Options"]) == (making.PDF, "nosniff")


def test_a_new_version_needs_the_version_that_was_read(api_of, cast, attach):
    file = attach()
    client, address = api_of(cast.alice, "write"), f"{FILES}{file.pk}/versions/"
    assert client.post(address, sent(), format="multipart").status_code == 428
    made = client.post(address, sent(), format="multipart", headers={"If-Match": file.etag})
    assert (made.status_code, made.json()["number"]) == (201, 2)
    stale = client.post(address, sent(), format="multipart", headers={"If-Match": file.etag})
    assert (stale.status_code, stale["ETag"]) == (412, made["ETag"])
    assert [each["number"] for each in client.get(address).json()] == [2, 1]


@pytest.mark.parametrize(
    ("upload", "status", "field", "words"),
    [
        (sent("a.pdf", making.picture(), on="project:N-1"), 422, "file", "Its content is: PNG image"),
        (sent("a.docx", making.bomb(), on="project:N-1"), 422, "file", "unpacks to far more"),
        (sent(on="project:N-4"), 422, "on", "no such object, or not for you"),
        (sent(on="nosuch:1"), 422, "on", "no such object, or not for you"),
        (sent(on="project:\x00"), 422, "on", "NUL"),
        ({"on": "project:N-1"}, 422, "file", "No file was submitted"),
        (sent(on="project:N-1", title="x" * 201), 422, "title", "200"),
    ],
    ids=["liar", "bomb", "hidden", "unknown kind", "NUL", "no file", "long title"],
)
def test_a_wrong_upload_is_refused_by_field(upload, status, field, words, api_of, cast):
    answer = api_of(cast.director).post(FILES, upload, format="multipart")
    body = answer.json()
    assert answer.status_code == status, body
    assert [error["field"] for error in body["errors"]] == [field]
    assert words in body["errors"][0]["message"]


def test_an_upload_that_is_too_large_is_413(api_of, cast, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    client = api_of(cast.alice)
    for size in (1_048_600, 3_000_000):
        answer = client.post(FILES, sent(body=making.PDF + b" " * size, on="project:N-1"), format="multipart")
        assert answer.status_code == 413, size


def test_a_key_attaches_a_file_once(api_of, cast):
    client, headers = api_of(cast.alice), {"Idempotency-Key": "one"}
    first, again = (client.post(FILES, sent(on="project:N-1"), format="multipart", headers=headers) for _ in "ab")
    other = client.post(FILES, sent(body=making.PDF + b"2", on="project:N-1"), format="multipart", headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again["Idempotency-Replayed"] == "true"
    assert Attachment.objects.count() == 1


def test_a_token_adds_but_never_approves(api_of, cast, attach):
    file = attach()
    client = api_of(cast.alice, "write")
    submitted = client.post(f"{FILES}{file.pk}/submit/", {}, format="json", headers={"If-Match": "*"})
    assert submitted.json()["state"] == "review"
    director = api_of(cast.director, "write").post(
        f"{FILES}{file.pk}/approve/", {}, format="json", headers={"If-Match": "*"}
    )
    assert (director.status_code, director.json()["detail"]) == (403, "A token never decides; sign in to do this.")
    by_hand = api_of(cast.director).post(f"{FILES}{file.pk}/approve/", {}, format="json", headers={"If-Match": "*"})
    assert (by_hand.status_code, by_hand.json()["approved_number"]) == (200, 1)


def test_a_step_out_of_turn_is_409(api_of, cast, attach):
    file = attach()
    answer = api_of(cast.director).post(f"{FILES}{file.pk}/approve/", {}, format="json", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "Not possible while this is draft.")


def test_comments_are_written_changed_and_removed(api_of, cast):
    client = api_of(cast.alice, "write")
    made = client.post(COMMENTS, {"on": "project:N-1", "text": "Hello **@director**"}, format="json")
    body = made.json()
    assert (made.status_code, body["mentioned"]) == (201, [cast.director.pk])
    assert body["html"] == '<p>Hello <strong><span class="mention">@Director Small</span></strong></p>\n'
    address = f"{COMMENTS}{body['id']}/"
    assert client.patch(address, {"text": "Bye"}, format="json").status_code == 428
    changed = client.patch(address, {"text": "Bye"}, format="json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["text"], changed.json()["version"]) == (200, "Bye", 2)
    other = api_of(cast.director).patch(address, {"text": "No"}, format="json", headers={"If-Match": "*"})
    assert (other.status_code, other.json()["detail"]) == (403, "Only its author changes a comment.")
    gone = api_of(cast.director).post(f"{address}remove/", {}, format="json", headers={"If-Match": changed["ETag"]})
    assert (gone.json()["text"], gone.json()["removed_by"]["code"]) == ("", "director")


def test_a_comment_of_100_000_characters_is_refused(api_of, cast):
    answer = api_of(cast.alice).post(COMMENTS, {"on": "project:N-1", "text": "x" * 100_000}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")


def test_a_list_of_files_needs_as_many_queries_for_many_as_for_few(api_of, cast, attach, django_assert_max_num_queries):
    client = api_of(cast.alice)
    for number in range(2):
        attach(name=f"{number}.pdf", code=("N-1", "N-3")[number])
    client.get(FILES)
    with django_assert_max_num_queries(40) as few:
        client.get(FILES)
    for number in range(10):
        attach(name=f"more-{number}.pdf", code=("N-1", "N-3")[number % 2])
    with django_assert_max_num_queries(len(few)):
        assert client.get(FILES).json()["count"] == 12


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_uploaded_at_once_over_the_same_one_is_kept(cast, token_of, attach):
    file, secret = attach(), token_of(cast.alice, "write")
    together = Barrier(2)

    def upload(number: int) -> int:
        together.wait()
        headers = {"Authorization": f"Bearer {secret}", "If-Match": file.etag}
        try:
            body = making.PDF + bytes([number])
            answer = Client().post(f"{FILES}{file.pk}/versions/", sent(body=body), headers=headers)
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(upload, range(2)))
    assert sorted(statuses) == [201, 412]
    assert list(FileVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Attachment.objects.get().number == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_draws_the_preview_and_tells_the_mentioned(worker, cast, attach, say, eventually):
    version = attach(name="a.jpg", body=making.photograph()).versions.get()
    comment = say("Look @director")
    drawn = eventually(lambda: FileVersion.objects.exclude(preview="").filter(pk=version.pk).first())
    answer = Client()
    answer.force_login(cast.alice)
    shown = answer.get(f"/attachments/{drawn.attachment_id}/versions/1/preview/")
    assert b"".join(shown.streaming_content)[8:12] == b"WEBP"
    told = eventually(lambda: cast.director.notices.filter(kind="mention").first())
    assert told.url == f"/comments/{comment.pk}/"
    assert Comment.objects.count() == 1
