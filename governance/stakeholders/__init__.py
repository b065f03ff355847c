"""Stakeholders and communication."""
