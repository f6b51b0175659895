"""A fleet of repositories: its list, what each was found to be, the summary and the ranking."""
