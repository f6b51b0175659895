"""The rules of the regulations: reading packs, judging by them, testing them."""
