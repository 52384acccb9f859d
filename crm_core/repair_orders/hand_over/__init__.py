"""维修交车: the workshop gives the car back, and with that the visit ends.

    NOT_READY → AWAITING_OWNER → CONFIRMED | AUTO_CONFIRMED
    any of the last three → DISPUTED → CONFIRMED | SETTLED

hand-over    confirmed by the owner's tap; a car that left and was forgotten confirms itself, marked so
left         its owner has the key, it was seen going, comes again, or was paid a week ago: with it the visit ends
dispute 异议 the owner objects within seven days after the hand-over; a complaint takes it up, somebody else than the
             advisor settles it in words. The visit counts all the same once the car is gone

Verbs by ability: giving_back, disputes, leaving (what the clock and the next order do). `rules` is pure. The delivery
of a new car is another machine, with another checklist.
"""
