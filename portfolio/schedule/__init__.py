"""Tasks, milestones and dependencies."""
