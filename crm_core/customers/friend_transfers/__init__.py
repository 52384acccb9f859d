"""好友交接: WeCom friends of a member who leaves or moves on, handed over to a colleague.

transfer   one friend on the way from one member to another; owed until WeCom has answered
pair       the two members, by which WeCom is asked

WANTED → ASKED → DONE, unless the customer refuses within a day or WeCom does not begin.
"""
