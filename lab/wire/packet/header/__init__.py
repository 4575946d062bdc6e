"""What all headers share: fields with their places, options, numbers, checksums."""
