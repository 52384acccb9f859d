"""维修交车: the workshop gives the car back, and with that the visit ends.

    NOT_READY → AWAITING_OWNER → CONFIRMED | AUTO_CONFIRMED
    any of the last three → DISPUTED → CONFIRMED | SETTLED

hand-over    confirmed by the owner's tap; if the car left and nobody confirmed, it confirms itself and is marked so
left         the owner has the key, the car was seen leaving, it comes again, or it was paid a week ago; the visit ends
dispute 异议 the owner objects within seven days after the hand-over; a complaint is opened, and somebody other than the
             advisor settles it in words. The visit counts nevertheless once the car is gone

Verbs by ability: giving_back, disputes, leaving (what the periodic job and the next order do). `rules` is pure. The
delivery of a new car is a different process with its own states and checklist.
"""
