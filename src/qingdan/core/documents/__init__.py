"""Official documents: reading their head, guarding what they say of persons."""
