"""What holds for the house as a whole, read from its source and its declarations: no server, no database."""
