"""Status reports: an honest picture of a project at a business date."""
