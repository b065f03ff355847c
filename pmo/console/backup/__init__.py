"""A backup of database and files that says what it holds, and a restore that compares everything with what was said."""
