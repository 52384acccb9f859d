"""交接: what one member of staff has goes to colleagues, planned by a manager and done by one job.

succession   the plan for one member who leaves (or moves on and stays), its preview and its report
item         one thing of theirs: a customer, a friend, a booking, an order, a follow-up, a complaint, an approval,
             a code that leads to them, a mass message they have not sent
taker        the colleague who gets it, and why they do

PREPARED → RUNNING → DONE, or PREPARED → CANCELLED. An item is PLANNED until it is tried.
"""
