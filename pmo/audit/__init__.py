"""Who did what, when: history, as-of reads, records, versioned edits."""
