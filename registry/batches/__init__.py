"""Bodies and designations that an authority brings in one file."""
