"""Walking through WeCom's pages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from foundation.errors import ErrorKind, PlatformError
from integrations.wecom.errors import PLATFORM
from integrations.wecom.transport import Answer

FetchPage = Callable[[str], Awaitable[Answer]]
"""Asks for the page at a cursor; the first cursor is empty."""


async def walk_pages(fetch: FetchPage) -> AsyncIterator[Answer]:
    """All pages. An empty `next_cursor` is the end; a short or empty page is not (WeCom docs 92994, 93338).

    Raises `PlatformError` of kind BUSY when the cursor stands still, which would otherwise never end.
    """
    cursor = ""
    while True:
        page = await fetch(cursor)
        yield page
        following = str(page.get("next_cursor") or "")
        if not following:
            return
        if following == cursor:
            raise PlatformError(PLATFORM, "cursor_stands_still", kind=ErrorKind.BUSY)
        cursor = following


async def walk_items(fetch: FetchPage, list_name: str) -> AsyncIterator[dict[str, Any]]:
    """The records named `list_name` of all pages, one by one."""
    async for page in walk_pages(fetch):
        for item in page.get(list_name) or ():
            yield item
