"""The invented organisation and its stories: pure data and arithmetic."""
