"""The directory in memory: what bodies there are, held per process so that a page needs no scan."""
