"""The desk: what several commands need of hands and head together: opening a workspace, judging it, filing a change."""
