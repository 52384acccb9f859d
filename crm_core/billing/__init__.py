"""Bills of whatever is billable, and what is paid and refunded on them.

    bill        DRAFT → SENT → CONFIRMED → (PARTLY_PAID) → PAID → (PARTLY_REFUNDED) → REFUNDED        SENT → DRAFT
    others' bills   are CONFIRMED when the owner confirms theirs, and SETTLED by the receivables above this room

bill         one per payer; the owner sees and pays their own (CP), with the coupon shares per line
billable     a thing that can be billed: a repair order today, a deposit or a sales order later. Its room is above this
             one, says what may be billed, and is told what becomes of the bill (`billables`)
line         one sum of the thing; for a repair, the labour or the parts of one job, since coupons and refunds treat
             them differently
paid         the successful payments are exactly the payable sum; a payment too much is flagged and refunded
refund       per line at most what was really paid for it, by the way it was paid, each with its own number

Verbs by ability: making (make, send, recall), choosing, paying, refunding; ledger holds what they
share: the lock, the moves, the sums. `rules` is pure.
"""
