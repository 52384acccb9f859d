"""调拨: parts that one store asks another of the group for.

    ASKED → AGREED (set aside in the giving store, with an expected time) → SENT → RECEIVED
    ASKED, AGREED → REFUSED (the giving store says no after all) | CANCELLED (the asking store needs them no longer)

Between SENT and RECEIVED the pieces lie in no bin: they are in transit 在途, and the transfer says how many and when
they come. Each takes its cost along. What was counted on arrival may differ from what was sent; the difference has a
reason. The verbs that move promises with a transfer are those of the workshop (`crm_core/repair_orders/transfers.py`),
since only it knows the cars that wait.
"""
