"""Equipment, rooms and licences."""
