"""Networks of tasks as pure arithmetic."""
