"""What the product is built from, for those who must know."""
