"""The way of an adjustment to publication: submitted, looked at, passed or returned."""
