"""Runs many stories at once, in the order of time; each story says when it goes on.

A story is an asynchronous generator of moments. It is woken with the business clock at the moment it named, acts
through the same verbs as people do, and names the next moment. What would happen after the end is left out, so that
orders end up in every state.
"""

import heapq
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from itertools import count

from foundation import clock

Story = AsyncIterator[datetime]


async def live(stories: Iterable[Story], until: datetime) -> None:
    """Run all stories, interleaved, up to `until`."""
    order = count()
    waiting: list[tuple[datetime, int, Story]] = []
    for story in stories:
        await _ask(story, waiting, order)
    while waiting and waiting[0][0] <= until:
        moment, _, story = heapq.heappop(waiting)
        await clock.set_to(moment)
        await _ask(story, waiting, order)


async def _ask(story: Story, waiting: list[tuple[datetime, int, Story]], order: "count[int]") -> None:
    """Let a story act and queue it for the moment it names; the first moment it names is only its beginning."""
    moment = await anext(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, next(order), story))
