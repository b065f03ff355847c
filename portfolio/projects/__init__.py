"""Portfolios, programmes and projects: the tree everything hangs from."""
