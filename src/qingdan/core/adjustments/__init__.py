"""Adjustments: what changed, the commit and the record that carry it, and whether a commit keeps the rules."""
