"""Any programs tried as they are: what a side brings, and what is called so that it can talk."""
