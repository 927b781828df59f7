"""The formats in which public registers are read, one module per format."""
