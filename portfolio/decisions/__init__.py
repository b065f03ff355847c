"""Decision register and approvals."""
