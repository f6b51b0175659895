"""What was found in the files of a workspace, kept small: in memory for a command, under the git directory for the next."""
