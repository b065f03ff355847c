"""Approved baselines."""
