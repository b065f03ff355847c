"""The organisation: units, fiscal year, currency, time zone, numbering, thresholds."""
