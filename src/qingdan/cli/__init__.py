"""The command line: options to values, help, the only clock."""
