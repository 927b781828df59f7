"""The bench: a made register, its SQL floor and the product's answer, measured in one run."""
