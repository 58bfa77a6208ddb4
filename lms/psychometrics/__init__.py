"""What the answers of many say about a question. Pure."""
