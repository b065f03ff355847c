"""Archive packages of closed projects."""
