"""A document as a Word file laid out by GB/T 9704-2012; the same document gives the same bytes."""
