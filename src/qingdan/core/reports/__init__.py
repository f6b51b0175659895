"""Period reports: which period, which facts, which words."""
