"""The reports of a period: made, closed, proved; and the conference about a quarter."""
