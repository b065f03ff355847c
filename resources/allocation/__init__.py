"""Bookings of people."""
