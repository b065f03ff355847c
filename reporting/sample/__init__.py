"""A believable organisation, made by our own code."""
