"""The page of all runs, with the lab's map."""
