"""Inspections: planned, drawn, recorded, scored, and their papers."""
