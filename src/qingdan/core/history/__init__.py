"""Reading it back: the life of an item, and what differs between two versions of the lists."""
