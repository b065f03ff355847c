"""Persons, teams, roles and skills."""
