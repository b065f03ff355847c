"""Users, roles, grants and tokens: who may do what, and why not."""
