"""Departments' tables as items of lists and entries of registers; whatever is not taken is told."""
