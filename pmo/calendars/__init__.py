"""Working calendars and holidays."""
