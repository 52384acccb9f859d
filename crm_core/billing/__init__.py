"""Bills of whatever is billable, and what is paid and refunded on them.

    bill        DRAFT → SENT → CONFIRMED → (PARTLY_PAID) → PAID → (PARTLY_REFUNDED) → REFUNDED        SENT → DRAFT

bill         one per payer; the owner sees and pays their own (CP), with the coupon shares per line
billable     a thing one can be billed for: a repair order today, a deposit or a sales order later. Its room stands
             above, says what may be billed and is told what became of it (`billables`)
line         one sum of the thing, of a repair the labour or the parts of one job; coupons and refunds treat them apart
paid         the successful payments are exactly the payable sum; more is flagged and goes back, never called paid
refund       per line at most what was really paid for it, the same way back, each with a number of its own

Verbs by ability: making (make, send, recall), choosing, paying, refunding; ledger holds what they
share: the lock, the moves, the sums. `rules` is pure.
"""
