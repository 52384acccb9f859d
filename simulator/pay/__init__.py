"""WeChat Pay v3: jsapi orders, refunds, notifications, and the signatures of both sides.

All amounts are whole fen. The platform's clock is the business clock; a request's timestamp may follow either that or
real time. A request's signature may cover its path with or without our `/pay` prefix: only a simulator has a prefix,
and a client may or may not sign it.
"""
