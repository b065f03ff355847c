"""Plans of Microsoft Project as XML (MSPDI), after Microsoft's published schema of the format."""
