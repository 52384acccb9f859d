"""采购: parts that a store ordered from a supplier, and what is promised of them before they are there.

    DRAFT → ORDERED → PARTLY_ARRIVED → ARRIVED        DRAFT, ORDERED, PARTLY_ARRIVED → CANCELLED (the rest of it)

Of a delivery, the requests that wait are served first, in the order in which their cars are promised; then the bookings
that hold pieces of it 订货留件; what is left lies on the shelf for everybody. The verbs that move promises with a
delivery are those of the workshop (`crm_core/repair_orders/deliveries.py`), since only it knows the cars.
"""
