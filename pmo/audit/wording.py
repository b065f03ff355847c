"""Findings of a verification as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pmo.audit.verifying import Finding

SENTENCES: Mapping[str, str | Promise] = {
    "changed": gettext_lazy("Row %(row)s of %(table)s, written %(at)s, was changed after seal %(seal)s."),
    "removed": gettext_lazy("Row %(row)s of %(table)s, sealed %(at)s by seal %(seal)s, was removed."),
    "inserted": gettext_lazy("Row %(row)s of %(table)s, dated %(at)s, was slipped in later."),
    "seal_changed": gettext_lazy("Seal %(seal)s of %(at)s does not hold its own content any more."),
    "seal_removed": gettext_lazy("Seal %(seal)s was removed."),
    "chain_broken": gettext_lazy("Seal %(seal)s of %(at)s does not follow the seal before it."),
    "part_changed": gettext_lazy("The row digests of %(table)s under seal %(seal)s of %(at)s were changed."),
    "column_removed": gettext_lazy("Columns of %(table)s that seal %(seal)s covers were removed: %(detail)s."),
    "table_removed": gettext_lazy("The table %(table)s, which was sealed, is gone."),
    "anchor_lost": gettext_lazy("Seal %(seal)s is not the one that was noted: %(detail)s."),
}


def finding_words(finding: Finding) -> str:
    """What is wrong, where and since when."""
    return str(SENTENCES[finding.kind]) % finding.as_dict()
