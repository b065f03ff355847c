"""What is told: dashboards, packs, schedules, archives, sample."""
