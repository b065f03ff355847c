"""A home of its own for each experiment."""

from collections.abc import Iterator

import pytest

from tests.faults.installation import Installation, new_installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_installation() as made:
        yield made
