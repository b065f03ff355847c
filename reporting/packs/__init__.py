"""Executive packs as PDF."""
