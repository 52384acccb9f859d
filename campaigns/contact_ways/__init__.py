"""「联系我」: QR codes of salespeople, and what a scan means.

A *contact way* is a code for one salesperson and one purpose (a poster, a show). Its *token* travels through WeCom as
`state` and comes back with everyone who scans: it tells source, store and the coupon the welcome offers. A *claim
ticket* is one person's right to one such coupon; it is what the welcome's mini-program card carries.

PENDING (WeCom has not made the code yet) → READY | FAILED; READY → MOVING (changed, WeCom is to be told) → READY; any
of them → ENDING (WeCom is to delete it) → ENDED. `keeping` is what marketers do, `service` what WeCom is told and what
a scan means.
"""
