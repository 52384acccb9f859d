"""Rules for all of the code, checked from its source and declarations, without a server or a database."""
