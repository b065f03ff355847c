"""Methods, phases and checklists."""
