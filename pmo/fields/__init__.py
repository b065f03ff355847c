"""Custom fields: what an installation wants to know beyond the built-in columns, declared as data."""
