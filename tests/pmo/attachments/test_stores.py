"""Files in an S3-compatible store, spoken to over HTTP; and settings of stores that are refused at the start."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from django.conf import settings as house
from moto.server import ThreadedMotoServer

from pmo.attachments import storing
from tests.pmo.attachments.making import PDF

CREDENTIALS = {"access_key": "key", "secret_key": "secret", "region_name": "eu-central-1"}


@pytest.fixture
def object_store(settings) -> Iterator[None]:
    """A server that speaks S3, with one empty bucket, as the store of files."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    bucket = f"files-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    options = {"bucket_name": bucket, "endpoint_url": endpoint, "file_overwrite": False, **CREDENTIALS}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "attachments": backend}
    try:
        yield
    finally:
        server.stop()


@pytest.mark.usefixtures("object_store")
def test_a_file_in_an_object_store_is_kept_read_listed_and_removed():
    kept = storing.keep([PDF, b"more"])
    with storing.opened(kept.name) as file:
        assert storing.sha256_of(file) == kept.sha256
        assert file.read() == PDF + b"more"
    assert kept.size == len(PDF) + 4
    assert list(storing.all_names(timedelta(hours=-1))) == [kept.name]
    assert list(storing.all_names(timedelta(hours=1))) == []
    storing.remove(kept.name)
    assert list(storing.all_names(timedelta(hours=-1))) == []
    with pytest.raises(FileNotFoundError):
        storing.opened(kept.name).read()


@pytest.mark.django_db
@pytest.mark.usefixtures("object_store")
def test_a_file_goes_through_the_house_into_an_object_store_and_back(attach, client_of, cast):
    file = attach()
    answer = client_of(cast.alice).get(f"/attachments/{file.pk}/versions/1/file/")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
    assert [file.versions.get().file] == list(storing.all_names(timedelta(hours=-1)))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"PMO_FILE_STORE": "tape"}, "PMO_FILE_STORE must be one of disk, s3"),
        ({"PMO_FILE_STORE": "s3"}, "PMO_S3_BUCKET must be set"),
        ({"PMO_FILE_STORE": "s3", "PMO_S3_BUCKET": "Not a bucket"}, "must be the name of a bucket"),
        ({"PMO_FILE_STORE": "s3", "PMO_S3_BUCKET": "files", "PMO_S3_ENDPOINT": "file:///x"}, "PMO_S3_ENDPOINT must be"),
        ({"PMO_FILE_STORE": "s3", "PMO_S3_BUCKET": "files", "PMO_S3_KEY": "k"}, "set together or not at all"),
        ({"PMO_FILE_MAX_MB": "0"}, "PMO_FILE_MAX_MB must be a whole number from 1 to 2000"),
    ],
    ids=["tape", "no bucket", "odd bucket", "odd endpoint", "half a key", "no size"],
)
def test_nonsense_about_the_store_stops_the_start(told, words):
    start = [sys.executable, "-c", "import pmo.settings"]
    found = subprocess.run(start, cwd=house.BASE_DIR, env=os.environ | told, capture_output=True, text=True)
    assert found.returncode != 0
    assert words in found.stderr
