"""What rooms above tell this one: the kinds of notices they send, and what else a digest names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User

AT_ONCE, DIGEST, NONE = "at_once", "digest", "none"


@dataclass(frozen=True)
class Channels:
    """Where a notice appears: under the bell, and by mail at once, in the digest or not at all."""

    in_app: bool = True
    mail: str = DIGEST

    @property
    def off(self) -> bool:
        return not self.in_app and self.mail == NONE


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice as a person chooses about it; one that is `fixed` always appears under the bell."""

    slug: str
    label: str | Promise
    help: str | Promise = ""
    channels: Channels = Channels()
    fixed: bool = False


@dataclass
class KindRegistry:
    """Kinds by name, in the order of the preferences; one that nobody declared has the usual channels."""

    _by_slug: dict[str, NoticeKind] = field(default_factory=dict)

    def add(self, *kinds: NoticeKind) -> None:
        for kind in kinds:
            self._by_slug[kind.slug] = kind

    def find(self, slug: str) -> NoticeKind:
        return self._by_slug.get(slug) or NoticeKind(slug, slug.replace("_", " ").capitalize())

    def all(self) -> list[NoticeKind]:
        return list(self._by_slug.values())

    def choices(self) -> list[tuple[str, str]]:
        return [(kind.slug, str(kind.label)) for kind in self.all()]


@dataclass(frozen=True)
class DigestLine:
    """One line of a digest: what it is about, a quiet second part, and its address."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class DigestPart:
    """A section of the digest besides the news: `lines(user, today)` in the reader's language."""

    label: str | Promise
    lines: Callable[[User, date], Iterable[DigestLine]]


@dataclass
class DigestRegistry:
    """The sections that rooms above add to a digest."""

    parts: list[DigestPart] = field(default_factory=list)

    def add(self, part: DigestPart) -> None:
        if part not in self.parts:
            self.parts.append(part)


KINDS = KindRegistry()
DIGESTS = DigestRegistry()

KINDS.add(
    NoticeKind(
        "mention",
        _("Somebody mentions me"),
        _("Your name in a comment."),
        Channels(mail=AT_ONCE),
    )
)
