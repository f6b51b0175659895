"""The shell: read, decide, prove, write, show; one module a command."""
