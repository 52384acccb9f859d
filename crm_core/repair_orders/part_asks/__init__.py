"""申领配件: what a technician finds missing while working, asked for in their own words.

    ASKED → GIVEN | REFUSED | TO_OWNER | WITHDRAWN | LAPSED (its job ended first)

give       the store room says which part it is; a part request of the job brings it. What the owner pays stays the same
ask        whoever works on the job just now: its technician, or a colleague who helps them
to owner   what would cost the owner money becomes additional work, which the advisor prices and the owner decides
"""
