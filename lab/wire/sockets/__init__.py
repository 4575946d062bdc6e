"""Socket tables as values, and the states that a socket's packets imply."""
