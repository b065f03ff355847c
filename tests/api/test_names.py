"""Within v1 names are added, never renamed or removed."""

from __future__ import annotations

import os
import warnings

import pytest

from tests.api.names import keep, kept, names

pytestmark = pytest.mark.django_db


def test_no_name_of_the_interface_is_gone() -> None:
    gone = sorted(kept() - names())
    assert gone == [], "Programs rely on these names; bring them back, or keep them beside the new ones."


def test_new_names_are_written_down() -> None:
    new = sorted(names() - kept())
    if os.environ.get("PMO_KEEP_NAMES"):
        assert keep() == len(new)
    elif new:
        warnings.warn(f"`make names` writes down what is new in the interface: {', '.join(new[:5])} …", stacklevel=1)
