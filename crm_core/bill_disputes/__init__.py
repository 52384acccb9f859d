"""账单异议: the owner disputes one line of their bill, and a member of staff answers in words by a due time.

    OPEN → IN_HAND (somebody has it) → CORRECTED | UPHELD        OPEN, IN_HAND → WITHDRAWN (by its owner)

corrected   the line was wrong. What is not paid yet may be taken off the line with the answer, above a limit only by
            the general manager and never by who made the bill; otherwise the bill is made anew, or money given back,
            by the verbs of billing and payments
upheld      the line stays and is to be paid; the person who made the bill may not decide this
held        what is not due while the dispute waits, if the owner pays the rest first; without it nothing changes in
            what they pay

A member of staff may note a dispute for an owner who stands at the desk.
"""
