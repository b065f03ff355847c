"""REST kit: base viewset, error shape, pagination, ETag, schema."""
