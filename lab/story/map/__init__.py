"""The map of the lab: its networks and hosts as text, as a picture and as Mermaid."""
