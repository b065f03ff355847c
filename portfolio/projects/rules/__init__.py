"""Pure decisions about projects."""
