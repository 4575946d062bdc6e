"""How fast the lab is, against what else there is: measured side by side, in one run.

``python -m bench`` prints the table. A bench is no test: it says whether a goal is met, and
ends with status 0 all the same; with 3 where it could not measure.
"""
