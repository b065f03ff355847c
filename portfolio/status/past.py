"""Reports as they were known at an instant: what was public then, with the decisions of then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from pmo.access.policy import type_of_user, within
from pmo.audit.as_of import restored, rows_as_of
from pmo.audit.tracking import event_model_of
from portfolio.projects.models import Project
from portfolio.status.models import PUBLIC_STATES, DecisionNeeded, StatusReport


def published_then(reports: QuerySet[Any], user: type_of_user) -> QuerySet[Any]:
    """What was not published then stays for those who may see drafts, although it is published now."""
    drafts = Project.objects.filter(within(user, "status.view_draft", Project)).values("pk")
    return reports.filter(Q(state__in=PUBLIC_STATES) | Q(project__in=drafts))


def with_decisions_then(reports: Sequence[StatusReport], instant: datetime) -> None:
    """Give the reports their decisions of the instant in place of today's; one query."""
    decisions = _decisions_then([report.pk for report in reports], instant)
    for report in reports:
        report.__dict__.setdefault("_prefetched_objects_cache", {})["decisions"] = decisions.get(report.pk, [])


def _decisions_then(reports: Sequence[int], instant: datetime) -> dict[int, list[DecisionNeeded]]:
    """The decisions of reports, soonest first, also of those taken out since."""
    every = event_model_of(DecisionNeeded)._default_manager.filter(report_id__in=list(reports)).values("pgh_obj_id")
    rows = rows_as_of(DecisionNeeded, instant, every).order_by("needed_by", "id")
    found: dict[int, list[Any]] = defaultdict(list)
    for decision in restored(DecisionNeeded, rows):
        found[decision.report_id].append(decision)
    return found
