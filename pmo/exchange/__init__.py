"""Import and export framework: profiles, dry run, row errors, apply, undo."""
