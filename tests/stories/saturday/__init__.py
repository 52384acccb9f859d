"""A store's Saturday: who works there, which cars come, what becomes of each, and what the books must say at night."""
