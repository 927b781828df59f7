"""The API's frame: its addresses, how answers and problems are written, its description."""
