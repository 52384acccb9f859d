"""What we say: the words of every message, and nothing about how they travel.

A *message* is a folder under `templates/messages/`, with one file per way of saying it (subscribe notice, card,
welcome, mass message, SMS, reply, page). Its *facts* are the raw values it is made of, its *variant* the turn it takes
(`confirmed`, `cancelled`). `catalogue` knows the messages, `facts` what may stand in them, `rendering` turns facts into
what a platform takes within its `limits`, `proofreading` reads everything before a customer does, `preview` shows it.
"""
