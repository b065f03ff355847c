"""What a document may use of ours: bodies with their kinds, by name."""

Asset = tuple[bytes, str]


class MissingAsset(LookupError):
    """A document names an asset of ours that does not exist: printing it without would hide a fault."""
