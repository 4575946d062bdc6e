"""What a teacher writes: programs, faults, breaks, the course."""
