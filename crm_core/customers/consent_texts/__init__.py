"""同意说明: the texts people read when they consent, by version. A text that somebody has agreed to is never changed.

A new purpose, method or kind of data needs a new version (PIPL art. 14). `shipped` has the first version of each
purpose; the group's officer publishes later ones (`publishing`), each in force from a day on. The newest in force is
shown; older ones are kept, because the consent ledger refers to them.
"""
