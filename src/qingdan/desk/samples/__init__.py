"""The samples' history, replayed with the engine that clerks use."""
