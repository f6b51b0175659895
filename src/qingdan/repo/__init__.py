"""The hands: files, git, the journal, processes."""
