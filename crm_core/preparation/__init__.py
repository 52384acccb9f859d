"""到店准备: what is worth looking at and offering when a car comes, with the reason for each.

prep sheet   of one appointment: the mileage the car will probably show, suggestions, usable coupons, the last visits
suggestion   one thing to look at or to offer: what, why, what it cost when it was last quoted or costs today

The rules are pure (`rules`); what they need is read in `queries`. Nothing is kept: a sheet says what is known at the
moment it is opened or printed. A safety recall 召回 is the maker's and stands in `vehicles`; whom we call because of a
date is the matter of `tasks`, whose windows decide here, too, from when a date is worth a word.
"""
