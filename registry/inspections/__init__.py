"""Facilities, what inspectors found there, and the reports that authorities share about it."""
