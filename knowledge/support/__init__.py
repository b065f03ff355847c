"""Service desk and coaching."""
