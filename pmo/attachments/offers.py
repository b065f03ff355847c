"""What rooms above bring: the kinds of objects that carry files and comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from pmo.access.models import User
from pmo.ui.pages import Crumb, Fact, Tab

FILES, COMMENTS = "files", "comments"


def own_page(subject: Any, part: str) -> str:
    """The place of files or comments on the page of an object that shows both as panels."""
    return f"{subject.get_absolute_url()}#{part}"


def page_of(subject: Any, part: str) -> str:
    """The page of all files, or of the whole conversation, about an object."""
    kind = KINDS.of(subject)
    return reverse(f"attachments:{part}", args=[kind.slug, kind.key_of(subject)])


def nobody(subject: Any) -> Iterable[User | None]:
    return ()


@dataclass(frozen=True)
class Head:
    """How the page of an object's files or comments begins: like the object's own page."""

    title: str
    code: str = ""
    crumbs: Sequence[Crumb] = ()
    facts: Sequence[Fact] = ()
    tabs: Sequence[Tab] = ()
    menu: str = ""


def plain_head(subject: Any, reader: User, part: str) -> Head:
    """The way back to the object, and nothing else."""
    return Head(str(subject), crumbs=[Crumb(str(subject), subject.get_absolute_url())])


@dataclass(frozen=True)
class Kind:
    """A kind of object that carries files and comments.

    `key` is the field by which addresses name an object, `title` leads to its name. `visible(user)` gives the objects
    that the user may see; files and comments are seen exactly there. `view` is the permission that seeing them needs.
    `place(object, part)` is where one reads its files or comments: a page of their own, headed by `head`, or panels on
    the page of the object (`own_page`). `followers(object)` are told of a comment.
    """

    slug: str
    label: str | Promise
    model: type[models.Model]
    visible: Callable[[Any], QuerySet[Any]]
    key: str = "pk"
    title: str = "name"
    view: str = "project.view"
    add: str = "attachment.add"
    comment: str = "comment.write"
    place: Callable[[Any, str], str] = page_of
    head: Callable[[Any, User, str], Head] = plain_head
    followers: Callable[[Any], Iterable[User | None]] = nobody

    @property
    def object_type(self) -> str:
        """How rows name the model, as records and transitions do."""
        return self.model._meta.label_lower

    def find(self, user: Any, key: str) -> Any | None:
        """The visible object of that key; None for a stranger, and for what cannot be a key."""
        if self.key == "pk":
            fits = key.isascii() and key.isdigit() and len(key) < 19
            return self.visible(user).filter(pk=int(key)).first() if fits else None
        return None if "\x00" in key else self.visible(user).filter(**{f"{self.key}__iexact": key}).first()

    def sees(self, user: Any, pk: int) -> bool:
        return self.visible(user).filter(pk=pk).exists()

    def key_of(self, subject: Any) -> str:
        return str(getattr(subject, self.key))


@dataclass
class Kinds:
    """Every kind, by its name in addresses; filled once at start."""

    _by_slug: dict[str, Kind] = field(default_factory=dict)

    def add(self, kind: Kind) -> None:
        self._by_slug[kind.slug] = kind

    def find(self, slug: str) -> Kind | None:
        return self._by_slug.get(slug)

    def of(self, subject: models.Model) -> Kind:
        """The kind of an object; LookupError when its room has not offered it."""
        return self.named(subject._meta.label_lower)

    def named(self, object_type: str) -> Kind:
        found = next((kind for kind in self._by_slug.values() if kind.object_type == object_type), None)
        if found is None:
            raise LookupError(f"{object_type} carries no files; offer it in the catalog of its app.")
        return found

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_slug.values())


KINDS = Kinds()
