"""Whether a person may be contacted: the same rules for every channel and every store."""
