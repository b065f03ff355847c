"""What permits: gates, change, risk, quality, stakeholders."""
