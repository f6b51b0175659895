"""Commits, and what stood in them."""
