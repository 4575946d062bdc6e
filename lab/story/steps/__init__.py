"""Steps as a reader sees them: as a log, in the terminal, and in the page's player."""
