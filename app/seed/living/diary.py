"""Living through a diary: each entry is a story that says when it goes on; all are told in the order of time.

A story is an asynchronous generator of moments. It is woken with the business clock at the moment it named, acts
through the same verbs as people do, and names the next moment. What would lie after the end is simply not lived: that
is how orders come to stand in every state.
"""

import heapq
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from itertools import count

from foundation import clock

Story = AsyncIterator[datetime]


async def live(stories: Iterable[Story], until: datetime) -> None:
    """Tell all stories, interleaved, up to `until`."""
    order = count()
    waiting: list[tuple[datetime, int, Story]] = []
    for story in stories:
        await _ask(story, waiting, order)
    while waiting and waiting[0][0] <= until:
        moment, _, story = heapq.heappop(waiting)
        await clock.set_to(moment)
        await _ask(story, waiting, order)


async def _ask(story: Story, waiting: list[tuple[datetime, int, Story]], order: "count[int]") -> None:
    """Let a story act and put it where it wants to go on; its first word only says when it begins."""
    moment = await anext(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, next(order), story))
