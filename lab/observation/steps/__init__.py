"""A run step by step, as values and as ``steps.json``."""
