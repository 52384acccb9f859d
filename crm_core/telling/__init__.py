"""Whether a person was told: what became of the messages about a thing, and whom somebody has to phone instead.

    told         one message about a thing: on its way, arrived, could not reach (why), out of date
    phone call   somebody phoned because a message could not reach its receiver; one for each message

A person is to be phoned while their message could not reach them, may be told by phone (`PHONE` ends the chain of
its `message.toml`), is still true (`messaging.conditions`) and nobody has phoned about it. So the list needs no upkeep:
what is settled, paid or cancelled leaves it by itself. `matters` knows which store and advisor a thing belongs to;
`queries` read, `calling` writes.
"""
