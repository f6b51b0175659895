"""Inspections (监督检查): planned, drawn, put as questions, answered, scored; and what must be held in a period."""
