"""The timeline drawn as text for a terminal."""
