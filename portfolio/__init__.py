"""What is worth doing and how it goes."""
