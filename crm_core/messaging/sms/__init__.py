"""SMS: the templates the platform reviews, one row for each message sent, what is reported of it, what people answer.

templates   each wording of a message is a template of its own: WANTED, ASKED, IN_REVIEW, APPROVED, USABLE or REFUSED
sent        CALLING → SENT → REACHED or FAILED; a call without an answer stays CALLING until a report settles it
replies     an opt-out stops marketing to whoever has the number, and the number gets no SMS any more
"""
