"""After a visit: complaints that a person brings, what is given to make up for them, and what reaches those who did
the work.

The complaint itself, its time limits and its steps are `crm_core.surveys`; here is what needs to know the order.
"""
