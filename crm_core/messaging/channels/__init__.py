"""The channels of the outbox, one module each. A new channel is a module here and its integration.

subscribe   a notice of WeChat to an owner, paid with one accept
welcome     the first words to a new friend, within twenty seconds
card        a WeCom card to a member of staff
text        a line of the WeCom app to a member of staff
"""
