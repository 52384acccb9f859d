"""An event is true with the rows of its transaction, or not at all."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from foundation import database, events
from foundation.refs import Ref

pytestmark = pytest.mark.usefixtures("database")


@dataclass(frozen=True, kw_only=True)
class Polished(events.Event):
    """A fact no room knows."""

    name: ClassVar[str] = "test.polished"
    car: int

    @property
    def subject(self) -> Ref:
        return Ref("car", self.car)

    @property
    def sentence(self) -> str:
        return "洗了车"


@pytest.fixture(autouse=True)
def no_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms' own are put back afterwards."""
    monkeypatch.setattr(events, "_inside", {})
    monkeypatch.setattr(events, "_after", {})


async def _kept() -> list[str]:
    return [row["subject"] for row in await database.fetch("SELECT subject FROM event ORDER BY id")]


async def _polish(*cars: int) -> None:
    async with database.transaction():
        await events.record_many([Polished(actor="system:test", car=car) for car in cars])


async def test_an_event_needs_the_transaction_that_makes_it_true():
    with pytest.raises(RuntimeError, match="transaction"):
        await events.record(Polished(actor="system:test", car=1))


async def test_who_listens_inside_hears_in_order_and_their_failure_undoes_the_event():
    heard: list[int] = []

    async def hear(event: Polished) -> None:
        assert database.in_a_transaction()
        heard.append(event.car)
        if event.car == 3:
            raise ValueError("no third car")

    events.subscribe(Polished, hear)
    events.subscribe(Polished, hear)
    await _polish(1, 2)
    with pytest.raises(ValueError, match="third"):
        await _polish(3)
    assert heard == [1, 2, 3]
    assert await _kept() == ["car:1", "car:2"]


async def test_who_listens_after_the_commit_hears_of_nothing_that_was_undone():
    heard: list[int] = []

    async def hear(event: Polished) -> None:
        assert not database.in_a_transaction()
        heard.append(event.car)

    async def refuse(event: Polished) -> None:
        if event.car == 2:
            raise ValueError("undone")

    events.subscribe_after_commit(Polished, hear)
    events.subscribe(Polished, refuse)
    await _polish(1)
    with pytest.raises(ValueError, match="undone"):
        await _polish(2)
    assert heard == [1]
