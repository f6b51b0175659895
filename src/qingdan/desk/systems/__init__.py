"""Tables of systems taken in, and the lists compared with them."""
