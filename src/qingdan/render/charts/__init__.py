"""Charts for pages and for Word; see :mod:`qingdan.model.charts`."""
