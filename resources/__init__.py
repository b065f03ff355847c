"""Who and what makes the plan feasible."""
