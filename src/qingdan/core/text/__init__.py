"""Text of the accepted YAML subset: the canonical form, the strict reader, the fast lane between them."""
