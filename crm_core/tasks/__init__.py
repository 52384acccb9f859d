"""招徕任务: whom the store contacts, about what, by when, and what came of it.

task     one reason to contact one customer about one car; at most one open of a kind for a car
sheet    all open tasks of one customer, worked off in one call
contact  a call or message that took place, with its result; a task never ends well without one
cycle    what the reason belongs to (`due_dates`): who refused or could not be reached is not asked again in it

    CREATED → ASSIGNED → IN_PROGRESS ⇄ BOOKED → ARRIVED
    any of the first three → REFUSED | UNREACHABLE | INVALID | EXPIRED; any open one → CANCELLED

`opening` makes tasks from due dates each night, `working` is what people do with them, `following` what the world
does: an owner who books or comes by themselves ends a task without credit, a booking made by whoever works on it is
BOOKED, and only the repair order of that car makes it ARRIVED. This recall is not the maker's safety recall (召回).
"""
