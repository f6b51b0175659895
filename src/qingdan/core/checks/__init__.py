"""Checks: a page each, with its manual in the docstring and one generator; listed in :mod:`.registry`."""
