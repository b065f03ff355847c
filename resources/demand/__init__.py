"""Requirements for people."""
