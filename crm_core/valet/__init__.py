"""上门取送车: a driver fetches the car for its booking, brings it back, or rescues it on the road.

    PLANNED → ASSIGNED → ON_THE_WAY → CAR_TAKEN → DELIVERED
    PLANNED, ASSIGNED, ON_THE_WAY → CANCELLED        ON_THE_WAY, CAR_TAKEN → FAILED

run      one drive: 取车 (to the store), 送车 (back to the owner), both of a booking, or 救援 (a rescue, without one)
window   from when to when the driver is expected at the address
driver   somebody with the role DRV; their shifts, absences and skills are those of the rota
area     a part of town a store drives to, found in the address; a position on the map is judged by its distance instead

A driver never has two runs at once, whoever assigns them: the database refuses the second.
"""
