"""Pages and verbs for users, grants, tokens, audit and organisation settings."""
