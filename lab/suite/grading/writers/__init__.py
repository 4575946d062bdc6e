"""The forms of the results: each a function of the one model, which returns a text."""
