"""代步车: cars of a store that owners drive while their own is in the workshop.

    lending   PLANNED → OUT → RETURNED
              PLANNED → CANCELLED

loan car   a car of the store with plate, model and mileage; administrators keep the list
lending    one loan car for one visit (a booking or an order), from a time until a time; a car is never lent twice at
           the same time, which the table itself refuses
late       handed out and not back, some minutes after it was due

Verbs: planning, handing_out. `rules` is pure.
"""
