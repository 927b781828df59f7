"""What the agreements floor answers to programs."""
