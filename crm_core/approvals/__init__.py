"""审批: somebody asks, somebody else agrees, on exactly what was seen.

    DRAFT → PENDING (level by level) → APPROVED | REFUSED        DRAFT, PENDING → WITHDRAWN
    PENDING → EXPIRED (nobody answered) | INVALIDATED (the subject changed)

level        the people who may pass it, any one of them or all
requester    never an approver, at no level and through no delegation; a level of only them is skipped
hands        who else made what is asked for (a bill, a receipt, a draft): as little an approver as the requester
delegation   代理: somebody decides in another's seat between two days
version      a decision counts only on the version its card or page showed

`rules` is pure. What is approved lives in its own room; this one only knows its kind, its reference and its version.
"""
