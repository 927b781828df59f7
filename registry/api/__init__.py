"""What the register answers to programs."""
