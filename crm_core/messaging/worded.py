"""Which store's words a message is said in: those of the store of what it is about, or of the colleague it goes to.

The rooms above register how the store of their things is found, as they do with conditions. A message about anything
else is said in the group's words.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

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
    template: str, about: About, *, userid: str = "", moment: datetime | None = None
) -> MessageTemplate:
    """The message in the words of its store at a moment, by default now. `userid` is a colleague's, empty for
    customers.
    """
    return await worded(template, await _store_of(about, userid), moment=moment)


async def _store_of(about: About, userid: str) -> int | None:
    if userid:
        staff = await Staff.get_or_none(userid=userid)
        return None if staff is None else staff.store_id
    finder = _STORES.get(about.object_type)
    return None if finder is None else await finder(int(about.object_id))
