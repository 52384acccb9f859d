"""Cars: what they are, whose they are, how far they ran, when they are due.

VIN 车架号     the key of a car, for life
plate 车牌     an attribute that moves with the owner; a search by plate may find several cars, of different times
owner 车主     the person a car is bound to now; many to many, with dates
binding        a mini-program account may see (USER) or decide and pay (OWNER) about a car; made by `binding_requests`
odometer       readings of one instrument make a series; a falling value starts a new one
next service   by kilometres or by time, whichever comes first, with the calculation behind it

`vin`, `plate` and `next_service` are pure; a repair-only visit moves the mileage, not the service clock.
"""
