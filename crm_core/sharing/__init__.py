"""分享进度: the owner lets somebody look at one visit by a link, without an account, for a while.

Whoever holds the link reads what is done to the car and when it will be ready. They can change nothing, and they see no
name, phone, money or address of the owner, and the plate only masked (`rules` says what is shown instead). The link is
a secret of 192 bits, of which only a hash is stored. It ends after its time, when the owner takes it back, or when the
car is no longer theirs; a page that is open at that moment closes.
"""
