"""Every tracked model has functions of its own in the database."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmo.audit import tracking


def test_two_tables_whose_triggers_would_share_a_function_are_named_at_start_with_what_mends_it(monkeypatch):
    monkeypatch.setattr(tracking, "_functions", {})
    tracking._insist_free(["organisation.PlacementEvent:no_truncate"])
    with pytest.raises(ImproperlyConfigured, match=r"portfolio\.AssumptionEvent .*PlacementEvent.*suffix=\"_2\""):
        tracking._insist_free(["portfolio.AssumptionEvent:no_truncate"])
    tracking._insist_free(["portfolio.AssumptionEvent:no_truncate_2"])
