"""个人信息: what we hold of a person, what they allowed, and what they ask of us about it (PIPL art. 44–50).

A request to export, correct or delete stands as a row with the day by which it has to be answered, from the moment it
is made; the officer (DPO) is told at once and again before that day. Asking to be deleted stops marketing in the same
transaction, since that needs no check of who they are. Working requests off is the officer's, and not here yet.
"""
