"""群发计划: one message to one segment, with a coupon or without, sent by the salespeople who know the people.

    DRAFT → PENDING_APPROVAL → APPROVED → SCHEDULED → RUNNING ⇄ PAUSED → FINISHED        any before FINISHED → CANCELLED
    a change before RUNNING leads back to DRAFT and voids the approval

freeze     at the start the segment is asked once and each person stored as excluded (with a reason), held out or
           planned
control    对照组: at least 5 % of the reachable, chosen by a hash, are sent nothing; the planned are compared with them
send_task  one task for one salesperson and at most 10,000 of their friends; PENDING → CREATING → CREATED → SENT
           CREATING → UNKNOWN when no answer came; WeCom's list of tasks is read before the task is made again
tasked     待员工确认: WeCom sends nothing before the salesperson confirms; results are read every few minutes
token      part of the page address in the card: it tells which send brought a visitor, and by it a send task is
           found in WeCom's list

`rules` is pure. `drafting` makes and moves broadcasts, `freezing` stores the people, `dispatch` makes tasks, `syncing`
reads back the results, `ending` takes back what was not sent, `attribution` records what people did, and `queries` are
for screens.
"""
