"""Joins a declared register to the house: one call in the catalog of its app, and everything is told of it."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.db.models import Q
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, SCOPES, Possession
from pmo.access.permissions import SHIPPED, Permission, register, ship
from pmo.access.preferences import within_sentence
from pmo.access.reach import Reach
from pmo.audit.offers import RESTORING, Restoring
from pmo.audit.sentences import MOVES, VERBS
from pmo.fields.offers import FIELDED, Fielded
from pmo.registers import actions, finding, inbox
from pmo.registers.checking import insist_sound
from pmo.registers.declaring import REGISTERS, Register
from pmo.registers.tables import columns_of, filters_of
from pmo.registers.views import declare_pages
from pmo.ui.guidance import GUIDES, LISTS, Guide
from pmo.ui.reversing import REVERSIBLE, Reversible


def join(*registers: Register) -> None:
    """Tell the whole house of registers; raises ImproperlyConfigured with all that one of them lacks."""
    for each in registers:
        insist_sound(each)
        REGISTERS.add(each)
        _permissions(each)
        SCOPES.add(each.model, _scope(each))
        FIELDED.add(Fielded(each.noun, each.model, each.label, partial(_names, each), partial(_labels, each)))
        RESTORING[each.model._meta.label_lower] = Restoring(
            each.model, each.edit, frozenset(each.fields), partial(actions.change, each)
        )
        REVERSIBLE.add(Reversible(each.edit, each.model, partial(actions.change, each)))
        POSSESSIONS.add(_possession(each))
        declare_pages(each)
        finding.offer(each)
        inbox.offer(each)
        GUIDES.add(_guide(each))
        _sentences(each)


SEE, EDIT = gettext_lazy("See %(register)s"), gettext_lazy("Write, change and close %(register)s")


def _permissions(each: Register) -> None:
    register(
        Permission(each.view, _told(SEE, each), writes=False),
        Permission(each.edit, _told(EDIT, each)),
    )
    noun = each.parent_model.noun
    for code, followed in ((each.view, f"{noun}.view"), (each.edit, f"{noun}.edit")):
        usual = {role: reaches[followed] for role, reaches in SHIPPED.items() if followed in reaches}
        ship(code, each.rights.get(code, usual))


def _told(words: Promise, each: Register) -> Promise:
    return cast(Promise, lazy(lambda: str(words) % {"register": within_sentence(each.label)}, str)())


def _sentences(each: Register) -> None:
    """How records tell that an entry was changed, or moved to a state."""
    VERBS[each.edit] = pgettext_lazy("who did", "changed")
    for state in each.states:
        MOVES[each.edit, state] = cast(Promise, lazy(lambda state=state: _moved(each, state), str)())


def _moved(each: Register, state: str) -> str:
    return pgettext("who did", "moved to “%(state)s”:") % {"state": each.states[state]}


def _scope(each: Register) -> Any:
    """Entries belong to those of the parents that a reach covers."""

    def within(reach: Reach, user: Any, writes: bool = False) -> Q:
        parents = SCOPES.find(each.parent_model)
        assert parents is not None
        covered = each.parent_model._default_manager.filter(parents.within(reach, user, writes))
        return Q(**{f"{each.parent}__in": covered.order_by().values("pk")})

    return within


def _names(each: Register) -> set[str]:
    """The words that a custom field may not take."""
    columns = {name for field in each.model._meta.get_fields() for name in (field.name, getattr(field, "attname", ""))}
    return {*columns, "id", "q", *columns_of(each), *filters_of(each).parameters()} - {""}


def _labels(each: Register) -> set[str]:
    fields = {str(field.verbose_name) for field in each.model._meta.concrete_fields}
    return fields | {column.label for column in columns_of(each).values()}


def _possession(each: Register) -> Possession:
    def held(person: User) -> Any:
        return each.model._default_manager.filter(each.is_open, **{each.owner: person})

    def hand_over(person: User, heir: User, *, actor: User) -> int:
        return actions.hand_over(each, person, heir, actor=actor)

    stay = gettext_lazy("They stay with the person until somebody takes them over.")
    return Possession(each.slug, each.label, held, hand_over, required=False, otherwise=stay)


def _guide(each: Register) -> Guide:
    steps = (
        gettext_lazy("Write one down from the page of the object that it is about, or from the list."),
        gettext_lazy("Give it an owner and a day; it then waits on the owner's “My work”."),
        gettext_lazy("Take its steps on its own page, or of many at once in the list."),
    )
    return Guide(each.page("list"), each.label, each.purpose, each.who, steps, LISTS)
