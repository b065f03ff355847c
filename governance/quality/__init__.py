"""Quality plans and reviews."""
