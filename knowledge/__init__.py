"""What is learned and passed on."""
