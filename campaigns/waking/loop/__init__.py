"""唤醒循环: a store's sleeping owners are worked on path by path until they come, and every try is a row.

loop      whether a store works on its sleeping owners; a marketer starts and pauses it
attempt   one try of one owner by one path, at most one open for an owner:
          OPEN → WOKE (booked or came) | REACTED | SILENT (in time) | UNSENT (nobody sent it) | LEFT (no longer asleep
          or no longer to be contacted)

Nothing is sent from here but the notice that a service is due, which offers nothing. A mass message or an SMS is sent
by a broadcast or a standing plan whose segment asks for those whose turn it is (`waking_turn`), with their approval,
limits and control groups; a call is a recall task, which opens for whoever is worth one when their turn comes.

rules      states and reactions, pure
following  what was sent and what came of it, read from what others wrote down
turning    the night: ends tries whose time is over, and opens the next path
noticing   the notice that a service is due
call_list  who is worth a person's call
service    the verbs
queries    for screens
"""
