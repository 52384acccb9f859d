"""分享进度: the owner lets somebody look at one visit by a link, without an account, for a while.

Whoever holds the link reads: what is done to the car and when it is ready. They change nothing, and they see no name,
no phone, no money, no address of the owner and no whole plate (`rules` says what is shown instead). The link is a
secret of 192 bits of which we keep the fingerprint only. It ends by itself, when the owner takes it back, and when the
car is no longer theirs; a page that is open at that moment closes.
"""
