"""Submissions of students graded: taken from folders and archives, judged, and written down."""
