"""When packs are made."""
