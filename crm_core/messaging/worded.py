"""Which store's words a message is said in: of the colleague it goes to; for a customer of the store of what it is
about, or else of their home store.

The rooms above register how the store of their things is found, as they do with conditions. A coupon, a greeting and
an answer about personal data have no store of their own. A customer without a home store reads the group's words.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Staff
from crm_core.wording.about import About
from crm_core.wording.catalogue import MessageTemplate
from crm_core.wording.current import worded

StoreOf = Callable[[int], Awaitable[int | None]]
_STORES: Final[dict[str, StoreOf]] = {}


def knows_store(kind: str, finder: StoreOf) -> None:
    """Register how the store of a thing of this kind is found by its id; None if it has none."""
    _STORES[kind] = finder


async def worded_for(
    template: str, about: About, *, userid: str = "", customer_id: int | None = None, moment: datetime | None = None
) -> MessageTemplate:
    """The message in the words of its store at a moment, by default now. It goes to the colleague of `userid` or to the
    customer.
    """
    return await worded(template, await _store_of(about, userid, customer_id), moment=moment)


async def _store_of(about: About, userid: str, customer_id: int | None) -> int | None:
    if userid:
        staff = await Staff.get_or_none(userid=userid)
        return None if staff is None else staff.store_id
    finder = _STORES.get(about.object_type)
    if finder is not None and (store_id := await finder(int(about.object_id))) is not None:
        return store_id
    customer = None if customer_id is None else await Customer.get_or_none(id=customer_id)
    return None if customer is None else customer.home_store_id
