"""A small fictional register, every name marked "(sample)", in which a newcomer meets every verdict and every state."""
