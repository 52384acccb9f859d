"""The rules of contact that hold now, as everybody who sends asks for them."""

from datetime import timedelta
from typing import Final

from crm_core.contact.rules import SEARCH_DAYS, ContactPolicy, ContactRules
from crm_core.dealerships.holidays import reading
from crm_core.policies.current import group_policy
from foundation import clock

_BACK: Final = timedelta(days=1)


async def contact_rules() -> ContactRules:
    """The group's policy, and the holidays of the days that any limit looks at."""
    today = clock.today()
    holidays = await reading.between(today - _BACK, today + timedelta(days=SEARCH_DAYS))
    return ContactRules(await group_policy(ContactPolicy), holidays)
