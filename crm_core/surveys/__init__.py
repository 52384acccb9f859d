"""回访问卷与投诉: how it was for the owner, asked once after the hand-over, and what is done when it was not good.

    survey      SCHEDULED → SENT → OPENED → SUBMITTED | EXPIRED (7 days)
    complaint   OPEN → ACKNOWLEDGED (1 h) → PLANNED (3 h) → RESOLVED (72 h) → VERIFIED → CLOSED
                VERIFIED, RESOLVED or CLOSED → OPEN when the owner is still not content

survey      four questions, about a minute; one per repair order, one per owner in 30 days, answered once
score       0 to 10, 愿意推荐; 6 or less, or 不满意, opens a complaint
complaint   somebody has one hour to answer it, three for a plan, 72 to resolve it; never the advisor whose work it is
            about. Customer care rings the owner; only their word closes it. After a day the general manager is told
step        what was done to a complaint, by whom, in which words; all are kept

`rules` is pure. Verbs: asking (schedule, send, expire), answering, complaints (open, take up), resolving.
"""
