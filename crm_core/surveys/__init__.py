"""回访问卷与投诉: owners are asked once, after the hand-over, how content they are; a bad answer opens a complaint.

    survey      SCHEDULED → SENT → OPENED → SUBMITTED | EXPIRED (7 days)
    complaint   OPEN → ACKNOWLEDGED (1 h) → PLANNED (3 h) → RESOLVED (72 h) → VERIFIED → CLOSED
                VERIFIED, RESOLVED or CLOSED → OPEN when the owner is still not content

survey      four questions, about a minute; at most one per repair order and one per owner in 30 days; answered once
score       0 to 10, 愿意推荐; 6 or less, or 不满意, opens a complaint
complaint   it has to be taken up within one hour, planned within three and resolved within 72, never by the advisor
            whose work it is about. Customer care phones the owner; it is closed only if the owner says that they are
            content. If it is unresolved after a day, the general manager is told
brought     by a bad answer, by an objection to a hand-over, or by a person (`repair_orders.afterwards`)
step        what was done to a complaint, by whom and in which words; steps are never changed or deleted

`rules` is pure. Verbs: asking (schedule, send, expire), answering, complaints (open, take up), resolving.
"""
