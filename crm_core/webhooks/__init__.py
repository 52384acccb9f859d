"""回调推送 (webhooks): what happens here, told to other programs as it happens.

A store chooses which events go to which address. Each is written as a delivery in the transaction of the event, and
owed until the other side says 2xx or we give up: later tries wait longer, those of one thing keep their order, and an
address that keeps failing is paused until a person looks. What is told names things by their numbers and no person;
whoever may know more reads it at the partners' door with the number.

Deliveries are signed as https://www.standardwebhooks.com describes, so that receivers can use a library.
"""
