"""The corp's tags: when one is made, renamed or deleted in WeCom's console, its whole list is read again, since that is
only one call. `tags.taking` takes it over.
"""

from typing import Final

from crm_core.dealerships.unread import Unread

READ_CORP_TAGS: Final = "customers.read_corp_tags"
UNREAD: Final = Unread("corp_tags", job=READ_CORP_TAGS, argument="which")
ALL: Final = "all"


async def expect_news() -> None:
    """Mark, in the running transaction, that tags have, or may have, changed."""
    await UNREAD.expect(ALL)
