"""Which line of a source printed a line of output."""
