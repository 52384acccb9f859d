"""Bills of repair orders, and what is paid and refunded on them.

    bill        DRAFT → SENT → CONFIRMED → (PARTLY_PAID) → PAID → (PARTLY_REFUNDED) → REFUNDED        SENT → DRAFT

bill         one per payer; the owner sees and pays his own (CP), with the coupon shares per line
line         the labour or the parts of one job; coupons and refunds treat them apart
paid         the successful payments are exactly the payable sum; more is flagged and goes back, never called paid
refund       per line at most what was really paid for it, the same way back, each with a number of its own

Verbs by ability: making (make, send, recall), choosing, paying, refunding; ledger holds what they
share: the lock, the moves, the sums. `rules` is pure.
"""
