"""维修工单, the transparent workshop: one visit of one car, its jobs, who did them, and what the owner saw and
authorised.

The state of the work is kept on the lines; the header is derived from them (`rules.derive_header`) and stored:

    line     PROPOSED → AUTHORISED → ASSIGNED → WORKING ⇄ PAUSED → DONE → QC_OK;  QC_FAIL → WORKING
    header   OPENED → PRECHECKED → ESTIMATED → AUTHORISED → DISPATCHED → IN_PROGRESS ⇄ WAIT_OWNER | WAIT_PARTS
             → QC_PENDING → QC_PASSED → WASHING → READY → BILLED → BILL_CONFIRMED → PAID → DELIVERED → CLOSED
    sheet    增项: FOUND → PRICED → SENT → APPROVED | PARTIAL | DECLINED | EXPIRED | WITHDRAWN

line        one job with its payer, price, technician and the authorisation it rests on
sheet       additional work found while working, offered together and decided item by item; its items are lines
evidence    the proof of a decision that staff recorded for the owner: time of the call and their words, or the paper
node        N1 … N11, a step of the owner's progress page
promise     when the car is ready; the first one decides who was on time, a new one needs a reason the owner is told
event       what happened, numbered by the order itself under its lock, so that a live page misses nothing and the
            order's state can be replayed from its events

Verbs by ability: opening, inspection, estimating, additional_work, dispatching, work, material, quality, promises,
settlement (what billing calls, through `billable`), hand_over. order holds what they share: the lock, the moves, the
derived header, the numbered event.
"""
