"""盘点: what lies in the bins is counted, and the ledger is put right.

    COUNTING → COUNTED → BOOKED        COUNTING, COUNTED → CANCELLED        COUNTED → COUNTING (count again)

The count is blind: as long as somebody counts, nobody is told what should be there. The store room works on meanwhile:
each number is compared with what the bin held at the moment it was counted, and what is booked is the difference, so
that pieces that came or went since are not undone.
"""
