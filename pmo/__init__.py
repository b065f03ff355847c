"""Foundation and composition of the house."""
