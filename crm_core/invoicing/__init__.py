"""开发票: an owner asks for an invoice for what they paid; the cashier issues it in the tax bureau's own system, or has
a service issue it (`ordering`).

    request     REQUESTED → ISSUED (with the invoice's number) | REFUSED (in words) | WITHDRAWN (by its owner)
                REQUESTED → ISSUING → ISSUED where a service issues it; what it refuses is REQUESTED again, and so is
                what a person takes over once no service is set up any more
    red 红冲    ISSUED → RED (with the red one's number), by hand or through REDDENING at the service; always the whole
                invoice. It is due when a part was refunded later; for what remains paid the owner may ask anew

title 抬头      to whom an invoice is made out: a person by name, or a company by name and tax number. Owners store
                their titles; a request has a copy, because an invoice does not change when a stored title does
tax number      统一社会信用代码, eighteen characters with a check digit (GB 32100)
kind            普通发票 for anybody, 专用发票 only for a company
amount          what was paid and not refunded; each bill has at most one live request

The row records that an owner waits, until when, and the outcome.
"""
