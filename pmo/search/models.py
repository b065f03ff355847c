"""What is written about every object that can be found; who may find it is asked of the object itself."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func


class Entry(models.Model):
    """The words of one object, kept by triggers of its tables in the transaction that changes them.

    `code` and `title` name it, `aliases` are its other names, `body` is what people wrote in it, `at` its business
    date, `retired` whether it is over (closed, superseded, inactive).
    """

    WRITTEN: ClassVar = ("code", "title", "aliases", "body", "at", "retired")

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    code = models.TextField()
    title = models.TextField()
    aliases = models.TextField()
    body = models.TextField()
    at = models.DateField(null=True)
    retired = models.BooleanField()
    names = models.GeneratedField(
        expression=Func(F("title"), function="search_folded"),
        output_field=models.TextField(),
        db_persist=True,
    )
    vector = models.GeneratedField(
        expression=Func(F("code"), F("title"), F("aliases"), F("body"), function="search_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_entry_per_object")]
        indexes = [
            GinIndex(fields=["vector"], name="entry_by_words"),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="entry_by_likeness"),
            models.Index("kind", "retired", F("at").desc(nulls_last=True), name="entry_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
