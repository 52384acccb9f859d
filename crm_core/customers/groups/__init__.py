"""客户群: groups in which members talk with several customers, as WeCom shows them.

WeCom's callback about a group only says that something changed, so the whole group is read again; each night the list
of all groups is read, since callbacks are lost. Of its people only those are kept who are customers of ours; of others
only their number is.

Being in a group is no friendship and no consent: nobody is reached by a message of their own because they are in one,
and what is sent into a group counts against nobody's limits. It goes to the group, which each of them can leave.

models   the tables
reading  what WeCom tells, taken over
queries  for screens
"""
