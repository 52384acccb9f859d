"""认车: a mini-program account asks to be bound to a car, so that it may see it and decide about it.

    UNBOUND → BOUND     the phone on file is the account's verified one, and the last six of the VIN were typed
    UNBOUND → PENDING   a licence photo, or a proof for a car that somebody else is bound to; an advisor compares
    PENDING → BOUND     they approve, as OWNER or USER        PENDING → UNBOUND   they refuse, with a reason
    BOUND → UNBOUND     the owner lets the car go

A plate alone never binds. A second applicant never displaces the first: carriers give phone numbers to new people, and
a VIN can be read through the windscreen. So the second request waits, an advisor is asked, and the present owner is
told. Two customer records are merged into one only if the one on file has no WeChat account.

A car that is not on file is registered at the desk, together with the person who brings it. That alone lets no account
see it.

The desk keeps whose a car is: several owners and users with dates, a company among them; a car that is sold takes its
history along and leaves its people behind.

Modules by ability: requesting (verbs of the account), deciding, registering and people_of_cars (verbs of the advisor),
look_alikes (who on file somebody may be), car_record (a car's page), selling (the owner's own sale), merging (what
happens to bindings when two customers are merged).
"""
