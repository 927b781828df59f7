"""A made register of any size, deterministic by seed: for measuring, for trying out, never for real use."""
