"""The stand-in for an owner whom no channel reached: a member of staff phones."""
