"""Pure rules of custom fields: what they may be called and what their values may be."""
