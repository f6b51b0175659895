"""What git's hooks ask, on a clerk's machine and on a server."""
