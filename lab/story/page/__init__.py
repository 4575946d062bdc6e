"""The timeline as one HTML page."""
