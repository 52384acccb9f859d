"""Shows staff whether customers got the messages about a thing, and whom they have to phone instead.

    told         one message about a thing: on its way, arrived, could not reach them (and why), out of date
    phone call   a member of staff phoned because a message could not reach its receiver; at most one per message

A person has to be phoned while their message could not reach them, `PHONE` ends the chain in its `message.toml`, what
it says is still true (`messaging.conditions`), and nobody has phoned about it. So the list is always computed and never
has to be cleaned up: a person leaves it when the thing is settled, paid or cancelled. `matters` knows the store and the
advisor of a thing; `queries` reads, `calling` writes.
"""
