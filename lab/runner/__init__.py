"""One scenario played once on running hosts: an observation comes out."""
