"""Entering in the ledger, and finding what stands there."""
