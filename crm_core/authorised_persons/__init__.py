"""授权人与家人: people whom an owner lets see a car, and perhaps decide about it up to a sum and until a day.

    INVITED → ACTIVE      the person signs in with their own WeChat, whose phone is the one the owner named
    INVITED → DECLINED    they do not want to
    INVITED, ACTIVE → ENDED   the owner takes it back, the person leaves, or the car is let go

Being named gives no access by itself: the person has to confirm with their own login, so a forwarded link is worthless
to others. From then on their account is bound to the car as USER and sees what is done. With a limit above 0 they may
also decide, up to that sum within one repair order; with a limit of 0 they are family who only look. Each decision is
stored with the authority it is based on. Revoking takes effect with its commit, because a decision locks the row of its
authority.

Modules by ability: naming (verbs of the owner), accepting (verbs of the person), standing (asked before each decision),
ending (what follows from the end of an authority, whatever caused it).
"""
