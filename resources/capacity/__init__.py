"""Supply against demand."""
