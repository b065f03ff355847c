"""How published registers of major projects are read: pure, from named cells to typed project-years."""
