"""What goes into a document and what comes out of it."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

STYLE = "pdf/print.css"
Asset = tuple[bytes, str]
"""The body and the kind of something of ours that a document names."""


class MissingAsset(LookupError):
    """A document names an asset of ours that does not exist: printing it without would hide a fault."""


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the document, such as the data behind its tables."""

    name: str
    description: str
    body: bytes


@dataclass(frozen=True)
class Document:
    bytes: bytes
    pages: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.bytes).hexdigest()


@dataclass(frozen=True)
class Shell:
    """What every document states about itself."""

    title: str
    lang: str
    author: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    style: str = STYLE
