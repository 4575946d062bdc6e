"""DNS messages: names, records, whole messages."""
