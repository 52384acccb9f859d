"""固定名单: the people who were in a group at one moment, or whom a file names. They stay in it whatever changes.

member   a customer of the list; kept when their state, car or store changes, gone when they are erased
row      a row of the file that led to nobody, with the reason; what it said is kept masked

A condition asks whether somebody is in a list, so a list is used like any group: with each list a segment is saved that
asks for nothing else.
"""
