"""What a pack says, computed from its figures alone."""
