"""Fills the offers of the rooms below with what this app brings."""


def offer() -> None:
    """Called once, when the app is ready."""
