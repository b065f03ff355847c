"""The permission codes of the house and the roles as shipped: data that an installation may change.

A code is the same dotted word that the history records for the verb.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Permission:
    """A permission code with the words a person reads.

    `decides` marks approvals, which no token may ever use; `by_token` is false for what else only a person who is
    signed in does. `personal` marks what no delegate may do for another.
    """

    code: str
    label: str | Promise
    writes: bool = True
    decides: bool = False
    by_token: bool = True
    personal: bool = False


REACHES: Final = ("all", "portfolio", "project", "unit", "self")
"""How far a role's permission goes: everything, the holder's own portfolios, projects or units, or what is his own."""

_ALL: Final = (
    Permission("portfolio.view", _("See portfolios and programmes"), writes=False),
    Permission("portfolio.edit", _("Edit portfolios and programmes")),
    Permission("project.view", _("See projects and their published reports"), writes=False),
    Permission("project.create", _("Create projects")),
    Permission("project.edit", _("Edit project data")),
    Permission("project.assign_manager", _("Appoint project managers")),
    Permission("project.classify", _("Make projects confidential, or open again")),
    Permission("status.view_draft", _("See reports that are not yet published"), writes=False),
    Permission("status.write", _("Write status reports")),
    Permission("status.submit", _("Submit status reports")),
    Permission("status.check", _("Check reports and return them")),
    Permission("status.publish", _("Publish status reports"), decides=True),
    Permission("status.remind", _("Ask for a late report")),
    Permission("attachment.add", _("Add files and new versions of them")),
    Permission("attachment.approve", _("Approve files, or return them"), decides=True),
    Permission("attachment.withdraw", _("Withdraw files, and bring them back")),
    Permission("comment.write", _("Write comments")),
    Permission("comment.moderate", _("Remove comments of others")),
    Permission("pack.view", _("See packs"), writes=False),
    Permission("pack.edit", _("Edit packs, schedules and recipients")),
    Permission("pack.run", _("Have a pack made")),
    Permission("pack.download", _("Download packs"), writes=False),
    Permission("import.run", _("Import data")),
    Permission("import.share_mapping", _("Share how columns of files are mapped with everybody")),
    Permission("dashboard.view", _("See the portfolio home"), writes=False),
    Permission("export.run", _("Export lists"), writes=False),
    Permission("audit.view", _("See the history of changes"), writes=False),
    Permission("user.view", _("See users and their grants"), writes=False),
    Permission("user.edit", _("Edit users"), personal=True),
    Permission("user.erase", _("Erase the personal data of people who left"), by_token=False, personal=True),
    Permission("grant.edit", _("Grant and revoke roles"), personal=True),
    Permission("token.manage", _("Manage own API tokens"), personal=True),
    Permission("delegation.manage", _("Let somebody act on one's own behalf"), by_token=False, personal=True),
    Permission("settings.view", _("See the organisation's settings"), writes=False),
    Permission("settings.edit", _("Edit the organisation's settings")),
    Permission("field.view", _("See which custom fields there are"), writes=False),
    Permission("field.edit", _("Declare custom fields")),
    Permission("job.view", _("See background work"), writes=False),
)

PERMISSIONS: Final[dict[str, Permission]] = {permission.code: permission for permission in _ALL}


def register(*permissions: Permission) -> None:
    """Add the codes of a capability; called from an app's catalog."""
    for permission in permissions:
        PERMISSIONS[permission.code] = permission


ROLES: Final[dict[str, str | Promise]] = {
    "director": _("PMO director"),
    "portfolio_manager": _("Portfolio manager"),
    "project_manager": _("Project manager"),
    "analyst": _("PMO analyst"),
    "administrator": _("Project administrator"),
    "executive": _("Executive"),
    "resource_manager": _("Resource manager"),
    "member": _("Team member"),
    "integration": _("Integration"),
    "sysadmin": _("System administrator"),
}

SHIPPED: Final[dict[str, dict[str, str]]] = {
    "director": {
        "portfolio.view": "all",
        "portfolio.edit": "all",
        "project.view": "all",
        "project.create": "all",
        "project.assign_manager": "all",
        "project.classify": "all",
        "status.view_draft": "all",
        "status.check": "all",
        "status.publish": "all",
        "status.remind": "all",
        "attachment.add": "all",
        "attachment.approve": "all",
        "attachment.withdraw": "all",
        "comment.write": "all",
        "comment.moderate": "all",
        "pack.view": "all",
        "pack.edit": "all",
        "pack.run": "all",
        "pack.download": "all",
        "dashboard.view": "all",
        "export.run": "all",
        "audit.view": "all",
        "user.view": "all",
        "settings.view": "all",
        "field.view": "all",
        "field.edit": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "portfolio_manager": {
        "portfolio.view": "portfolio",
        "portfolio.edit": "portfolio",
        "project.view": "portfolio",
        "project.create": "portfolio",
        "project.edit": "portfolio",
        "project.assign_manager": "portfolio",
        "project.classify": "portfolio",
        "status.view_draft": "portfolio",
        "status.check": "portfolio",
        "status.publish": "portfolio",
        "status.remind": "portfolio",
        "attachment.add": "portfolio",
        "attachment.approve": "portfolio",
        "attachment.withdraw": "portfolio",
        "comment.write": "portfolio",
        "comment.moderate": "portfolio",
        "pack.view": "portfolio",
        "pack.edit": "portfolio",
        "pack.run": "portfolio",
        "pack.download": "portfolio",
        "import.run": "portfolio",
        "dashboard.view": "portfolio",
        "export.run": "portfolio",
        "audit.view": "portfolio",
        "field.view": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "project_manager": {
        "portfolio.view": "project",
        "project.view": "project",
        "project.edit": "project",
        "status.view_draft": "project",
        "status.write": "project",
        "status.submit": "project",
        "attachment.add": "project",
        "attachment.approve": "project",
        "attachment.withdraw": "project",
        "comment.write": "project",
        "dashboard.view": "project",
        "export.run": "project",
        "audit.view": "project",
        "field.view": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "analyst": {
        "portfolio.view": "all",
        "portfolio.edit": "all",
        "project.view": "all",
        "project.create": "all",
        "status.view_draft": "all",
        "status.check": "all",
        "status.publish": "all",
        "status.remind": "all",
        "attachment.add": "all",
        "attachment.withdraw": "all",
        "comment.write": "all",
        "comment.moderate": "all",
        "pack.view": "all",
        "pack.edit": "all",
        "pack.run": "all",
        "pack.download": "all",
        "import.run": "all",
        "import.share_mapping": "all",
        "dashboard.view": "all",
        "export.run": "all",
        "audit.view": "all",
        "job.view": "all",
        "field.view": "all",
        "field.edit": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "administrator": {
        "portfolio.view": "all",
        "portfolio.edit": "all",
        "project.view": "all",
        "project.create": "all",
        "project.edit": "project",
        "status.view_draft": "project",
        "status.write": "project",
        "status.remind": "all",
        "attachment.add": "all",
        "attachment.withdraw": "project",
        "comment.write": "all",
        "pack.view": "all",
        "pack.edit": "all",
        "pack.run": "all",
        "pack.download": "all",
        "import.run": "all",
        "import.share_mapping": "all",
        "dashboard.view": "all",
        "export.run": "all",
        "field.view": "all",
        "field.edit": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "executive": {
        "portfolio.view": "portfolio",
        "project.view": "portfolio",
        "attachment.approve": "project",
        "comment.write": "portfolio",
        "pack.view": "portfolio",
        "pack.download": "portfolio",
        "dashboard.view": "portfolio",
        "export.run": "portfolio",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "resource_manager": {
        "portfolio.view": "unit",
        "project.view": "unit",
        "comment.write": "unit",
        "pack.view": "unit",
        "pack.download": "unit",
        "dashboard.view": "unit",
        "export.run": "unit",
        "field.view": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "member": {
        "portfolio.view": "project",
        "project.view": "project",
        "attachment.add": "project",
        "comment.write": "project",
        "dashboard.view": "project",
        "export.run": "project",
        "field.view": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
    "integration": {
        "portfolio.view": "all",
        "project.view": "all",
        "project.create": "all",
        "project.edit": "all",
        "import.run": "all",
        "attachment.add": "all",
        "pack.view": "all",
        "pack.download": "all",
        "export.run": "all",
        "field.view": "all",
        "token.manage": "self",
    },
    "sysadmin": {
        "audit.view": "all",
        "user.view": "all",
        "user.edit": "all",
        "user.erase": "all",
        "grant.edit": "all",
        "settings.view": "all",
        "settings.edit": "all",
        "job.view": "all",
        "field.view": "all",
        "token.manage": "self",
        "delegation.manage": "self",
    },
}
