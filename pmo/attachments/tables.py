"""Which files and comments a list shows, for pages and REST alike."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.attachments.models import Attachment, Comment
from pmo.attachments.queries import at_address
from pmo.ui.filters import ChoiceFilter, FilterSet

LONGEST_ADDRESS = 120


class OnFilter(django_filters.CharFilter):  # type: ignore[misc]
    """What files or comments are about, as `project:APO-1`; what the reader may not see has none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("About"), max_length=LONGEST_ADDRESS, **options)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        found = at_address(self.parent.request.user, value)
        return rows.about(found[1]) if found is not None else rows.none()  # type: ignore[attr-defined, no-any-return]


class AttachmentFilters(FilterSet):
    """Files by object, state and words."""

    search_fields = ("title", "versions__file_name")
    on = OnFilter()
    state = ChoiceFilter(choices=Attachment.State, label=_("State"), everything=_("All states"))

    class Meta:
        model = Attachment
        fields: ClassVar[list[str]] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return super().search(queryset, name, value).distinct()


class CommentFilters(FilterSet):
    """Comments by object and words."""

    search_fields = ("text",)
    on = OnFilter()

    class Meta:
        model = Comment
        fields: ClassVar[list[str]] = []
