"""Which projects each role sees, and with which answer it is stopped."""

from __future__ import annotations

import pytest

from portfolio.projects.models import Project

SEES = {
    "director": "N-1 N-2 N-3 S-1 S-2",
    "portfolio": "N-1 N-2 N-3",
    "alice": "N-1 N-3 N-4",
    "bob": "N-2 S-1 S-2",
    "analyst": "N-1 N-2 N-3 S-1 S-2",
    "administrator": "N-1 N-2 N-3 S-1 S-2",
    "executive": "S-1 S-2",
    "resources": "N-2 S-1",
    "member": "N-1",
    "sysadmin": "",
    "stranger": "",
    "robot": "N-1 N-2 N-3 S-1 S-2",
}


@pytest.mark.parametrize(("name", "codes"), SEES.items())
def test_each_role_sees_its_projects_and_no_others(name, codes, world):
    seen = Project.objects.visible_to(world.users[name]).values_list("code", flat=True)
    assert " ".join(seen) == codes
