"""审批: one person asks, another agrees, and the agreement covers exactly the version that was shown.

    DRAFT → PENDING (level by level) → APPROVED | REFUSED        DRAFT, PENDING → WITHDRAWN
    PENDING → EXPIRED (nobody answered) | INVALIDATED (the subject changed)

level        the people who may pass it, any one of them or all
requester    never an approver, neither at any level nor as a delegate; a level that consists only of them is skipped
hands        others who made what is asked for (a bill, a receipt, a draft); like the requester they may not approve it
delegation   代理: a colleague decides in the seat of an approver between two days
version      a decision counts only if it was made on the version that is waiting

`rules` is pure. What is approved belongs to its own room; this room knows only its kind, reference and content hash.
"""
