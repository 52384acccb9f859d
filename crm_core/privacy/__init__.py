"""个人信息: what we hold of a person, what they allowed, and what they ask of us about it (PIPL art. 44–50).

A request to export, correct or delete is stored with the day by which it has to be answered. The officer (DPO) is told
at once and again shortly before that day. A request to be deleted stops marketing in the same transaction, since that
needs no check of the person's identity. The officer answers requests outside the system; there is no verb for it yet.
"""
