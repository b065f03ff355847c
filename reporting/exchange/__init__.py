"""Imports that cross apps."""
