"""配件: what the store room has, what is reserved for a job, and what was handed out.

    REQUESTED → RESERVED → ISSUED → USED | RETURNED        RESERVED, BACKORDERED → CANCELLED (the job fell away)
    REQUESTED → BACKORDERED (with an expected time) → ARRIVED → RESERVED

on hand     pieces on the shelf, including reserved ones
reserved    pieces on the shelf that belong to a job; free = on hand - reserved, never below zero
hold        留件: pieces reserved for a booking, or for an estimated job that is not dispatched yet; the request of the
            job takes them over, so that a last part is promised once
movement    库存流水: pieces that came into a bin 货位 or left it. Nothing else changes what is on hand
pick list   备料: the requests of one repair order, brought to its bay together

transfer    调拨: pieces one store gives another (`transfers`); between the two they lie in no bin

Requests name a repair order and its line by their ids; this room knows nothing else about the workshop.
"""
