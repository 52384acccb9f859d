"""客户群群发: what the group has the owners of customer groups send into these.

DRAFT → PENDING → SCHEDULED → RUNNING → FINISHED; STOPPING while WeCom is told to end what nobody confirmed; FAILED if
no group can be sent to any more, CANCELLED.

When its time comes, each owner gets one task for their chosen groups: TO_MAKE → ASKED → MADE → CONFIRMED. A task is
owed by itself, so that one owner's trouble holds up nobody else. Nothing is sent before the owner confirms it in WeCom.
If the answer to a call is lost (ASKED), WeCom's list is searched for the owner's message with these words, for a
quarter of an hour, before it is made again; no two tasks of one owner with the same words are asked for at once, so
that the one that is found is the right one, and one that turns up besides it is stopped.

A post goes to a group, not to persons: it counts against nobody's limits of contact and cannot leave one of them out.
Who in it refused marketing is counted, shown, and a group in which too many did is not sent to.

rules     states and times, and why a group is left out, pure
carrying  what one may consist of
choosing  which groups there are to choose from, and what is to be expected of those chosen
drafting  the verbs before it begins
beginning how a post begins and ends: a task for each owner
tasks     what the clock does with one task at WeCom, step by step
results   what WeCom tells, taken over
asking    reminding owners
queries   for screens
"""
