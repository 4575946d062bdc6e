"""What one run showed, and verdicts on it, as values and on disk."""
