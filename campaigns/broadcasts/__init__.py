"""群发计划: one message, one coupon, one segment, sent by the salespeople who know the people.

    DRAFT → PENDING_APPROVAL → APPROVED → SCHEDULED → RUNNING ⇄ PAUSED → FINISHED        any before FINISHED → CANCELLED
    a change before RUNNING leads back to DRAFT and voids the approval

freeze     at its time the segment is asked once and everybody written down: excluded with a reason, held out, planned
control    对照组: at least 5 % of the reachable, chosen by a hash, are sent nothing; all planned are compared with them
send_task      one task for one salesperson and at most 10,000 of their friends; PENDING → CREATING → CREATED → SENT
           CREATING → UNKNOWN when no answer came: WeCom's list is read before anything is asked again
tasked     待员工确认: WeCom sends nothing before the salesperson confirms; results are read back every few minutes
token      stands in the card's page; tells which send brought a visitor, and finds a send task in WeCom's list

rules is pure; drafting makes and moves broadcasts, freezing writes people down, dispatch makes tasks, syncing reads
back what became of them, ending takes back the rest, attribution notes what people did, queries are what screens show.
"""
