"""The ledger (台账): what happened, only ever appended to."""
