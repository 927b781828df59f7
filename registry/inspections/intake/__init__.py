"""The files in which inspections come: tables of cells, our own template, and FDA's list of Form 483s."""
