"""Images: the base and those of our hosts, made where their content changed."""
