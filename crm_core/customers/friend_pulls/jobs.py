"""The jobs that compare friends; what is to be read is owed until it was."""

from functools import partial

from crm_core.customers.friend_pulls import reading
from crm_core.customers.friend_pulls.taking import ACTOR
from foundation import jobs


@jobs.job("customers.ask_for_friends", priority=jobs.BULK)
async def ask_for_friends() -> None:
    """Run each night: read every member's list of friends, in case a callback was lost."""
    await reading.begin(ACTOR)


@jobs.job(reading.LEARN_MEMBERS, priority=jobs.BULK, is_hint=True)
async def learn_who_has_friends(*, pull_id: int) -> None:
    """Learn who has friends."""
    await reading.PULL_OWED.attempt(pull_id, partial(reading.learn_members, pull_id))


@jobs.job(reading.WALK, priority=jobs.BULK, is_hint=True)
async def walk_friends(*, walk_id: int) -> None:
    """Read one member's list, from wherever it stands."""
    await reading.WALK_OWED.attempt(walk_id, partial(reading.walk, walk_id))
