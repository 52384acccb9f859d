"""车间大屏 (S6w): a television in the workshop's hall shows the bays and the next promises, without anybody signed in.

The screen is opened by a link that a controller makes. The link is a secret of 192 bits, of which only a hash is
stored; it shows one store's board with masked plates, without names of owners, phones and sums, until somebody of the
store takes it back. It does not end with anybody's session, so the screen goes on over the weekend.
"""
