"""What is sent into a host only where a fault is wanted. Standard library only."""
