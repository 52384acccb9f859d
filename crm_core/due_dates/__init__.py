"""到期日: until when something of a car is to be done, and why on that day.

due date   one row per car and kind: the day, the cycle it belongs to, the calculation in words
cycle      what the date counts from (the last service, the end of the policy): a new cycle is a new date to talk about
recount    a car of which something changed and whose due dates are to be computed again

The rules are pure (`rules`). The database notes each car that changed, whatever changed it: a closed order, an
imported file, another program, a corrected mileage. `counting` computes those cars again, under their locks, so that
the rows are what a full recount would give. A changed policy and the mere passing of time are not noted (but for an
inferred inspection): they count for a car when something of it changes next. Who is called about a date is the matter
of `tasks`.
"""
