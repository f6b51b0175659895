"""The head: values in, values out; no clock, no path, no terminal, no process."""
