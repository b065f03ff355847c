"""Extracts and compiles the messages of the house."""
