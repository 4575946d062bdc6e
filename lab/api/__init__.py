"""The lab for Python programs and notebooks: what ``lab.run`` and its like return and do."""
