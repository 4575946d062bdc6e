"""Find the line of a program's source that printed a line of its output."""
