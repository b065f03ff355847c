"""Files with versions, and comments, on any object."""
