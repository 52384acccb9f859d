"""开发票: an owner asks for the invoice of what they paid; the cashier issues it in the tax bureau's own system.

    request     REQUESTED → ISSUED (with the invoice's number) | REFUSED (in words) | WITHDRAWN (by its owner)

title 抬头      to whom an invoice is made out: a person by name, or a company by name and tax number. An owner keeps
                theirs; a request keeps a copy, since an invoice does not change with an address book
tax number      统一社会信用代码, eighteen characters with a check digit (GB 32100)
kind            普通发票 for anybody, 专用发票 only for a company
amount          what was really paid and not given back; one live request for each bill

We issue nothing ourselves yet: the row says that somebody waits, until when, and what became of it.
"""
