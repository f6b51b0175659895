"""Rectification (整改): notices served for findings, how each stands, which way it may go."""
