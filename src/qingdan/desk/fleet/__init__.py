"""Many repositories: the whole, one of them, and the worker between."""
