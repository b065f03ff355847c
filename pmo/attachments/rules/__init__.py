"""What may be kept and how it lives: pure decisions about files and words."""
