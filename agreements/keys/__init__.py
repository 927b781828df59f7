"""Keys with which programs of an authority read and write through the API, and what they were answered."""
