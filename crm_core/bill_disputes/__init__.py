"""账单异议: the owner disputes one line of their bill, and a member of staff answers in words by a due time.

    OPEN → IN_HAND (somebody has it) → CORRECTED | UPHELD        OPEN, IN_HAND → WITHDRAWN (by its owner)

corrected   the line was wrong. This room only records the answer; the bill is made anew, or money given back, by the
            verbs of billing and payments
upheld      the line stays; the person who made the bill may not decide this

A dispute changes no sum and stops no payment: the owner may pay, or wait for the answer.
"""
