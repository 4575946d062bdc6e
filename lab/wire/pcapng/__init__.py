"""Capture files in the pcapng format (draft-ietf-opsawg-pcapng): what is written, what is read."""
