"""回访问卷与投诉: how it was for the owner, asked once after the hand-over, and what is done when it was not good.

    survey      SCHEDULED → SENT → OPENED → SUBMITTED | EXPIRED (7 days)
    complaint   OPEN → ACKNOWLEDGED

survey      four questions, about a minute; one per repair order, one per owner in 30 days, answered once
score       0 to 10, 愿意推荐; 6 or less, or 不满意, opens a complaint
complaint   somebody has one hour to answer it; never the advisor whose work it is about

`rules` is pure. Verbs by ability: asking (schedule, send, expire), answering, complaints.
"""
