"""The timeline of a run: what happened, in order, once for all renderings."""
