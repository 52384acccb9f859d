"""Whether a person may be contacted: the same rules for every channel and every store.

current       the rules that hold now
rules         every limit of marketing, with its sentence
quiet_rules   the hours at which somebody does not wish to be written to (`customers.quiet_hours` keeps them)
"""
