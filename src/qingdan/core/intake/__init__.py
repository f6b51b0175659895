"""Tables that a portal or a hotline gives out, taken into the ledger; who somebody is, is never taken."""
