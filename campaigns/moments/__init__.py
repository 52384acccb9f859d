"""企业朋友圈: what the group has its members publish in the Moments of their customers.

DRAFT → PENDING → SCHEDULED → ASKED → MAKING → RUNNING → STOPPING → WATCHED → FINISHED; FAILED if WeCom does not take
it, CANCELLED.

WeCom is only asked to give each member a task: nothing is seen before a member publishes it on their phone. An order is
a job of WeCom (MAKING) whose answer may be lost (ASKED): then the list of Moments is searched by the words, for a
quarter of an hour, before it is ordered again. No two Moments with the same words are being made at once, so that the
one that is found is the right one; one that turns up besides it is stopped.

Everybody whose friend publishes it may see it, so no person is left out of it: it counts against nobody's limits of
contact, and consent is not asked, as for a notice on the wall. WeCom shows each customer only a few of the group's
Moments in a month.

rules     states and times, pure
carrying  what one may consist of
audience  who publishes it and who may see it
drafting  the verbs before it is made
making    what the clock does with WeCom, step by step
reading   who published it, who sees it, likes and comments
asking    reminding members
queries   for screens
"""
