"""Bills of repair orders, what is paid and refunded on them, and the hand-over of the car.

    bill        DRAFT → SENT → CONFIRMED → (PARTLY_PAID) → PAID → (PARTLY_REFUNDED) → REFUNDED        SENT → DRAFT
    hand-over   NOT_READY → AWAITING_OWNER → CONFIRMED | AUTO_CONFIRMED
                any of the last three → DISPUTED → CONFIRMED | SETTLED

bill         one per payer; the owner sees and pays his own (CP), with the coupon shares per line
line         the labour or the parts of one job; coupons and refunds treat them apart
paid         the successful payments are exactly the payable sum; more is flagged and goes back, never called paid
refund       per line at most what was really paid for it, the same way back, each with a number of its own
hand-over    维修交车, confirmed by the owner's tap; a car that left and was forgotten confirms itself, marked so
left         its owner has the key, it was seen going, comes again, or was paid a week ago: with it the visit ends
dispute 异议 the owner objects within seven days after the hand-over; a complaint takes it up, somebody else than the
             advisor settles it in words. The visit counts all the same once the car is gone

Verbs by ability: making (make, send, recall), choosing, paying, refunding, hand_over, disputes, leaving; ledger holds
what they share: the lock, the moves, the sums. `rules` is pure.
"""
