"""Running hosts: how they come to be, and the channel into each."""
