"""Making, undoing and replaying adjustments."""
