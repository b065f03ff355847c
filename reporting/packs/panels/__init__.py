"""How the figures of a pack are put into words, tables and drawings."""
