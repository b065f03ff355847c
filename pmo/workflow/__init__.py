"""States, transitions, guards and due dates as data."""
