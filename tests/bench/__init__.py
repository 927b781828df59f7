"""The bench: a made world, floors and the product measured in one run, as ratios (docs/benchmarks.md)."""
