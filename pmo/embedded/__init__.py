"""One machine, one command: PostgreSQL and Redis from wheels, supervised beside the web server, the worker and beat."""
