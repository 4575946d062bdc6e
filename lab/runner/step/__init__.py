"""Programs run line by line: one moves, and the lab waits until all is at rest."""
