"""服务预约: an owner (or staff for them) is promised a slot for a car.

    REQUESTED → CONFIRMED → ARRIVED → CONVERTED (a repair order was opened)
    REQUESTED → EXPIRED (nobody confirmed)        CONFIRMED → NO_SHOW → ARRIVED (same day)
    REQUESTED, CONFIRMED → CANCELLED              CONFIRMED → CONFIRMED (another slot)
    REQUESTED → REQUESTED (customer care moved the wish)      ARRIVED → CANCELLED (they left without a repair order)

slot      half an hour in which a limited number of owners may arrive; a quarter of the advisors is kept for walk-ins
promised  a promised time (`promised_times`) per live appointment: who comes, where and when
place     what that time takes of the workshop: one arrival in a slot plus one bay for the time the work takes
hold      a time kept, with its place, for ten minutes while the owner fills in the booking

visitor   somebody who books by plate in the mini-program (`visitors`); their car has no VIN with us until reception
          registers it
caller    a stranger on the phone, for whom the desk books (`by_phone`); their car is registered at reception, too

rules decides without a database, capacity reads what the rules need, booking and service are the verbs. This package is
the model the other rooms of the dealership resemble.
"""
