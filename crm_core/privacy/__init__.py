"""个人信息: what we hold of a person, what they allowed, and what they ask of us about it (PIPL art. 44–50).

A request to export, correct, delete or restrict is stored with the day by which it has to be answered. The officer
(DPO) is told at once and again shortly before that day. A request to be deleted stops marketing in the same
transaction, since that needs no check of the person's identity.

    RECEIVED → DONE | REFUSED | WITHDRAWN        a deletion: RECEIVED → AGREED → DONE, or WITHDRAWN until it is done

copy         what the person gets: every table that is shown, in words; read when asked for, stored nowhere (`giving`)
restriction  限制处理: their data serves their own repairs and nothing else
erasing      each table says beside its model what becomes of its rows (`foundation.personal`)
hold         what a law keeps; it is listed in the reply, and nothing of it leads to a name any more
"""
