"""Rectifications: notices, steps, numbers, evidence that comes with them."""
