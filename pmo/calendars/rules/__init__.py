"""Working time as pure arithmetic."""
