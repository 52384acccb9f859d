"""Kinds of what a member of staff can have in hand; apart, so that pure rules can name them."""

from enum import StrEnum


class BelongingKind(StrEnum):
    """What can be handed on."""

    CUSTOMER = "CUSTOMER"
    FRIEND = "FRIEND"
    APPOINTMENT = "APPOINTMENT"
    REPAIR_ORDER = "REPAIR_ORDER"
    JOB = "JOB"
    FOLLOW_UP = "FOLLOW_UP"
    COMPLAINT = "COMPLAINT"
    APPROVAL = "APPROVAL"
    CONTACT_WAY = "CONTACT_WAY"
    SEND_TASK = "SEND_TASK"
    TASK = "TASK"
    SHIFT = "SHIFT"
