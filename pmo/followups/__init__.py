"""Action items on any object, with owner, due date and reminders."""
