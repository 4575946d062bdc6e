"""What bytes say: packets, conversations, sockets, TLS, SQL. Knows nothing of the lab."""
