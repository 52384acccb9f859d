"""认车: a mini-program account asks for a car, and becomes one of those who may see it and decide about it.

    UNBOUND → BOUND     the phone on file is the account's verified one, and the last six of the VIN were typed
    UNBOUND → PENDING   a licence photo, or a proof that would push somebody aside; an advisor of the store compares
    PENDING → BOUND     they approve, as OWNER or USER        PENDING → UNBOUND   they refuse, with a reason
    BOUND → UNBOUND     the owner lets the car go

A plate alone never binds. A second applicant never evicts the first: phone numbers are recycled by carriers and a VIN
can be read through the windscreen, so their binding waits, an advisor is asked and the present owner is told. Two
records become one person only when the filed one has no WeChat account of its own.

A car nobody ever registered is filed at the desk with its person; that shows it to no account.

Verbs by ability: requesting (the account's), deciding and registering (the advisor's), merging (what becomes of one
person's two).
"""
