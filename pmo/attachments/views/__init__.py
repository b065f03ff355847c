"""The pages of files and comments."""
