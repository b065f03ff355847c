"""What developers and the set-up run: nothing here is imported by the product."""
