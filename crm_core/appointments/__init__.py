"""服务预约: an owner (or staff for him) is promised a slot for a car.

    REQUESTED → CONFIRMED → ARRIVED → CONVERTED (a repair order was opened)
    REQUESTED → EXPIRED (nobody confirmed)        CONFIRMED → NO_SHOW → ARRIVED (same day)
    REQUESTED, CONFIRMED → CANCELLED              CONFIRMED → CONFIRMED (another slot)
    REQUESTED → REQUESTED (customer care moved the wish)      ARRIVED → CANCELLED (he left without a repair order)

slot      half an hour in which a limited number of owners may arrive; a quarter of the advisors is kept for walk-ins
place     one arrival in a slot plus one bay for the time the work takes; what is counted, whether held or booked
hold      a place kept for ten minutes while the owner fills in the booking

rules decides without a database, capacity reads what the rules need, booking and service are the verbs. This package is
the model the other rooms of the dealership resemble.
"""
