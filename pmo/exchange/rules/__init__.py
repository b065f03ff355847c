"""Reading foreign files: from bytes to typed cells, with a reason and a remedy where that fails."""
