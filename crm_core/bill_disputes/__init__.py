"""账单异议: the owner disputes one line of their bill; somebody answers in words, by a due time.

    OPEN → IN_HAND (somebody has it) → CORRECTED | UPHELD        OPEN, IN_HAND → WITHDRAWN (by its owner)

corrected   it was wrong: the bill is made anew, or money goes back, by the verbs that do that; here it is said
upheld      the line stays; not said by whoever made the bill

A dispute changes no sum and stops no payment: the owner may pay, or wait for the answer.
"""
