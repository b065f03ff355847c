"""Versions of a pack's template: save, restore, and keep the one that an edition was printed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken, Invalid, NotVisible, Stale
from pmo.organisation.rules import colours
from portfolio.projects.models import Project
from reporting.packs import queries
from reporting.packs.models import Pack, PackTemplate
from reporting.packs.offers import SECTIONS
from reporting.packs.rules import placeholders
from reporting.packs.rules.design import Design, is_shipped_order

MIRRORED: Final = ("language", "sections")
FIELDS: Final = ("language", *Design.__dataclass_fields__)
FLAWS: Final = {
    "unknown": lambda: _("Line %(line)s: there is no placeholder “%(found)s”. Known: %(known)s."),
    "broken": lambda: _("Line %(line)s: “%(found)s” is no whole placeholder; write a name between {{ and }}."),
    "logic": lambda: _("Line %(line)s: “%(found)s” is not understood; placeholders only name values, as in {{ day }}."),
}


@action("pack.edit")
def save_template(pack_id: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> PackTemplate:
    """Change how the pack looks; a version that an edition was printed with is followed by the next number."""
    pack = _editable(pack_id, actor)
    return redesign(pack, changes, actor=actor, version=version)


@action("pack.edit")
def restore_template(pack_id: int, number: int, *, actor: User, version: int | None = None) -> PackTemplate:
    """Save what an earlier version decided as the latest."""
    pack = _editable(pack_id, actor)
    earlier = PackTemplate.objects.filter(pack=pack, number=number).first()
    if earlier is None:
        raise NotVisible(_("This template has no such version."))
    changes = {name: getattr(earlier, name) for name in FIELDS}
    return redesign(pack, changes, actor=actor, version=version, restored_from=number)


def _editable(pack_id: int, actor: User) -> Pack:
    pack = lock(Pack.objects.visible_to(actor), pack_id)
    require(actor, "pack.edit", pack, view="pack.view")
    return pack


def redesign(
    pack: Pack, changes: Mapping[str, Any], *, actor: User, version: int | None = None, restored_from: int | None = None
) -> PackTemplate:
    """The part of the verbs that writes; the caller has locked the pack and asked for the right."""
    template = queries.template_of(pack)
    if version is not None and template.version != version:
        raise Stale(template)
    sent = _checked(template, changes, actor)
    differing = apply_changes(template, sent)
    if not differing:
        return template
    _number(template, actor, restored_from)
    save_checked(template)
    _mirror(pack, template)
    record(actor, "pack.edit", template, changes=differing)
    return template


def _number(template: PackTemplate, actor: User, restored_from: int | None) -> None:
    """A used version is left as it is and the changed fields become the next one."""
    template.version += 1
    template.saved_by, template.restored_from = actor, restored_from
    if template.pk is None or template.used_at is not None:
        template.number += 1
        template.pk, template.used_at, template.created_at = None, None, timezone.now()
        template._state.adding = True


def _mirror(pack: Pack, template: PackTemplate) -> None:
    if apply_changes(pack, {name: getattr(template, name) for name in MIRRORED}):
        pack.version += 1
        save_checked(pack)


def frozen(pack: Pack, *, actor: User) -> PackTemplate:
    """The version in force, kept from now on as it is; the first one when nobody has saved any."""
    template = queries.template_of(pack)
    if template.pk is None:
        _number(template, actor, None)
    if template.used_at is None:
        template.used_at = timezone.now()
        save_checked(template)
    return template


def _checked(template: PackTemplate, changes: Mapping[str, Any], actor: User) -> dict[str, Any]:
    """What was sent, in the form in which it is kept; everything wrong is told at once."""
    unknown = set(changes) - set(FIELDS)
    assert not unknown, unknown
    sent = dict(changes)
    errors: dict[str, list[str]] = {}
    for name, check in (("sections", _sections), ("accent", _accent), ("introduction", _introduction)):
        if name in sent:
            sent[name] = _tried(name, check, sent[name], errors)
    if "chosen" in sent:
        newly = sorted(set(sent["chosen"]) - set(template.chosen))
        _tried("chosen", lambda ids: _projects(ids, actor), newly, errors)
    if errors:
        raise Invalid(errors)
    return sent


def _tried(name: str, check: Any, value: Any, errors: dict[str, list[str]]) -> Any:
    try:
        return check(value)
    except Broken as broken:
        errors.update(broken.errors)
    return value


def _sections(codes: Sequence[str]) -> list[str]:
    """The order as kept: empty when it is all of what is shipped, so that sections of later versions appear."""
    offered = [section.code for section in SECTIONS.all()]
    unknown = [code for code in codes if code not in offered]
    if unknown:
        told = {"names": ", ".join(unknown)[:200], "known": ", ".join(sorted(offered))}
        raise Broken(_("No such section: %(names)s. Known: %(known)s.") % told, "sections")
    chosen = list(dict.fromkeys(codes))
    return [] if is_shipped_order(chosen, offered) else chosen


def _accent(colour: str) -> str:
    lowered = colour.strip().lower()
    if not lowered:
        return ""
    if not colours.is_colour(lowered):
        raise Broken(_("Write the colour as # and six hexadecimal digits, as in #0f2f57."), "accent")
    shade = colours.nearest_carrying_white(lowered)
    if shade != lowered:
        told = {"colour": lowered, "shade": shade}
        raise Broken(
            _("%(colour)s is too light to be read on paper. The nearest shade that is: %(shade)s.") % told, "accent"
        )
    return lowered


def _introduction(text: str) -> str:
    whole = text.replace("\r\n", "\n").strip()
    known = ", ".join(placeholders.KNOWN)
    found = [
        FLAWS[flaw.kind]() % {"line": flaw.line, "found": flaw.found, "known": known}
        for flaw in placeholders.flaws(whole, placeholders.KNOWN)
    ]
    if found:
        raise Broken(" ".join(found), "introduction")
    return whole


def _projects(ids: Sequence[int], actor: User) -> None:
    """Projects may be named by whoever sees them; those named before stay."""
    seen = set(Project.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    if not seen.issuperset(ids):
        raise Broken(_("Some of these projects do not exist, or you may not see them."), "chosen")
