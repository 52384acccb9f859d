"""How the people of a Saturday press: some at a time, and again where a colleague was quicker."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Final
from uuid import uuid4

from tests.stories.people import Json, StaffMember

HANDS: Final = 6


async def tried(member: StaffMember, path: str, body: Json | None = None, *, unless: str) -> bool:
    """Do it, unless it is refused with this code."""
    answer = await member.ask("POST", path, json=body or {}, headers={"idempotency-key": uuid4().hex})
    if answer.status_code < 300:
        return True
    assert answer.json()["error"]["code"] == unless, answer.text
    return False


async def at_once(acts: Iterable[Awaitable[None]]) -> None:
    """Some at a time; the first failure is raised after all have ended."""
    hands = asyncio.Semaphore(HANDS)

    async def one(act: Awaitable[None]) -> None:
        async with hands:
            await act

    outcomes = await asyncio.gather(*(one(act) for act in acts), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
