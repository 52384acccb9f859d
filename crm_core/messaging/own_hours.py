"""Whether a message waits for the end of its owner's quiet hours.

Only a message that says so in its folder (`may_wait`) does: one that is as true an hour later. What is about the car in
the workshop, money or an appointment comes at once, since its owner waits for it.
"""

from datetime import datetime
from typing import Final

from crm_core.contact.quiet_rules import quiet_until
from crm_core.customers.quiet_hours.reading import live
from crm_core.messaging.rows import InHand
from crm_core.wording.catalogue import catalogue
from foundation import clock

TOO_LATE: Final = "免打扰过后已过时效"


async def waits_until(row: InHand) -> datetime | None:
    """When it may be sent, if not now."""
    if row.customer_id is None or not catalogue().message(row.template).meta.may_wait:
        return None
    now = clock.now()
    until = quiet_until(await live(row.customer_id), now)
    # Hours that cover the whole day are refused when they are set; where a merge made them so, nothing waits for ever.
    return until if until is not None and until > now else None
