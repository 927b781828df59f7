"""Inspections for programs."""
