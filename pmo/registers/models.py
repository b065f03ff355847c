"""What the entries of every register have."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned

LONGEST_TEXT = 20_000


class EntryQuerySet(models.QuerySet[Any]):
    """Entries, cut to those of the objects that a person reaches."""

    def visible_to(self, user: type_of_user) -> Self:
        return self.filter(within(user, f"{self.model.noun}.view", self.model))


class Entry(Versioned):
    """Base of the model of a register, which adds `noun`, parent, owner, day and `state`, and says @tracked()."""

    noun: ClassVar[str]
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=LONGEST_TEXT)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(f"{self._meta.app_label}:{self.noun}", args=[self.pk])
