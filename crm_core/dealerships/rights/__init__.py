"""权限: the table of roles and actions as a group has changed it within the bounds of the code, who stands in for whom,
and why somebody may do or see a thing.

change    one cell of the table, another than the code says: dated, with its reason, taken back as easily
bound     what no group may change: the separation of duties, what a role must never do, what keeps the house open
deputy    代理人: a colleague of the same post who acts for somebody between two days
"""
