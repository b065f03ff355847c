"""Files and comments on any object."""
