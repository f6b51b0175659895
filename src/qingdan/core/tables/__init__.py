"""Tables as people have them: read into sheets, understood by their headings, written as grids."""
