"""授权人与家人: whom an owner lets see a car, and decide about it up to a sum and a day.

    INVITED → ACTIVE      the person signs in with their own WeChat, whose phone is the one the owner named
    INVITED → DECLINED    they do not want to
    INVITED, ACTIVE → ENDED   the owner takes it back, the person leaves, or the car is let go

Being named gives nothing: the person confirms by their own login, so a forwarded link is worth nothing to others.
From then on their account is bound to the car as USER and sees what is done. With a limit above nothing they also
decide, for one repair order up to that sum; without, they are family who look. What they decide is written down with
the authority it rests on. Taking it back holds from its commit on: a decision locks the row it rests on.

Verbs by ability: naming (the owner's), accepting (the person's), standing (asked by whoever decides), ending (what the
car's or the person's own story ends).
"""
