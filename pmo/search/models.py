"""What is written about every object that can be found; who may find it is asked of the object itself."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Upper


def _stemmed(*columns: str) -> Func:
    """The words of some columns as they are, and by their English and German stems."""
    return Func(*map(F, columns), function="search_stemmed", arg_joiner=" || ' ' || ")


class Entry(models.Model):
    """The words of one object, kept by triggers of its tables in the transaction that changes them.

    `code` and `title` name it, `aliases` are its other names, `body` is what people wrote in it, `at` its business
    date, `retired` whether it is over (closed, superseded, inactive), `group_id` what it belongs to where many do.
    """

    WRITTEN: ClassVar = ("code", "title", "aliases", "body", "at", "retired", "group_id")

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    code = models.TextField()
    title = models.TextField()
    aliases = models.TextField()
    body = models.TextField()
    at = models.DateField(null=True)
    retired = models.BooleanField()
    group_id = models.BigIntegerField(null=True)
    names = models.GeneratedField(
        expression=Func(F("title"), function="search_folded"),
        output_field=models.TextField(),
        db_persist=True,
    )
    named = models.GeneratedField(
        expression=_stemmed("code", "title", "aliases"), output_field=SearchVectorField(), db_persist=True
    )
    written = models.GeneratedField(
        expression=_stemmed("code", "title", "aliases", "body"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object")]
        # Words wait in no pending list: whoever searches would have to read it through.
        indexes = [
            GinIndex(fields=["named"], name="entry_by_names", fastupdate=False),
            GinIndex(fields=["written"], name="entry_by_words", fastupdate=False),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="entry_by_likeness", fastupdate=False),
            models.Index(Upper("code"), name="entry_by_code"),
            models.Index(fields=["kind", "group_id"], name="entry_by_group"),
            models.Index("kind", "retired", F("at").desc(nulls_last=True), "object_id", name="entry_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
