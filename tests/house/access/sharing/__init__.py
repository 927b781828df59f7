"""The part of the world, and of the table of routes, that belongs to inspections and sharing."""
