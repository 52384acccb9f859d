"""What we say to people: which words, by which way, and what became of it.

A *message* is a folder under `templates/messages/`, with one file per *channel* (subscribe notice, card, welcome, mass
message, SMS, bot reply, page). Its *facts* are the raw values it is made of, its *variant* the turn it takes
(`confirmed`, `cancelled`). `catalogue` knows the messages, `rendering` turns facts into what a platform takes,
`preview` shows and proofreads them all.
"""
