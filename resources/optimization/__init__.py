"""Choosing under budget and capacity."""
