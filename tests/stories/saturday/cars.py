"""The cars of a Saturday, drawn by a seed: when each comes, what for, and what goes wrong with it."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from foundation import clock, database
from tests.stories.people import OwnersPhone


class Turn(StrEnum):
    """What makes a car's day different from the others'."""

    PLAIN = "plain"
    NO_SHOW = "never comes"
    EXTRA = "more work is found; half of it is allowed"
    PARTS = "a part is missing and comes two hours later"
    REWORK = "fails its first inspection"
    STOPPED = "the owner wants the car back in the middle of the work"
    LEFT = "declines the estimate"
    DISPUTE = "disputes a line of the bill and pays the rest"
    REFUND = "gets money back for a line"
    OBJECTION = "objects after the hand-over"


PHONES: Final = frozenset({Turn.EXTRA, Turn.DISPUTE, Turn.OBJECTION})
"""Turns that take an owner with the mini-program."""
SHARES: Final = {
    Turn.NO_SHOW: 0.07,
    Turn.EXTRA: 0.08,
    Turn.PARTS: 0.07,
    Turn.REWORK: 0.07,
    Turn.STOPPED: 0.04,
    Turn.LEFT: 0.04,
    Turn.DISPUTE: 0.05,
    Turn.REFUND: 0.05,
    Turn.OBJECTION: 0.04,
}
"""Of all cars; the others' day is plain. Each turn comes at least once."""
BOOKED: Final = 0.45
"""Share of cars that were booked; the trade's average is about half."""
JOBS: Final = (
    ("小保养",),
    ("大保养",),
    ("前刹车片",),
    ("空调滤芯", "空调清洗"),
    ("小保养", "刹车油"),
    ("四轮定位",),
    ("12V 电瓶",),
)
EV_JOBS: Final = (("常规检查养护",), ("冷却液刹车油",), ("更换轮胎",))
WITH_PARTS: Final = ("小保养",)
EV_WITH_PARTS: Final = ("常规检查养护",)


@dataclass
class Car:
    """One car, and how far its day has come."""

    number: int
    customer_id: int
    vehicle_id: int
    vin: str
    series: str
    last_km: int
    turn: Turn
    jobs: tuple[str, ...]
    arrives_at: datetime
    is_booked: bool
    person_id: str = ""
    """Its owner in WeChat; empty for an owner who signs on paper."""
    phone: OwnersPhone | None = None
    appointment_id: int = 0
    order_id: int = 0
    bill_id: int = 0
    done: set[str] = field(default_factory=set)
    """Which things of its turn have been done."""

    def once(self, act: str) -> bool:
        """Whether this act is still to do; the second time it is not."""
        if act in self.done:
            return False
        self.done.add(act)
        return True


async def drawn(dice: random.Random, store_id: int, how_many: int, opens: datetime, last: datetime) -> list[Car]:
    """So many cars of the store's owners; those whose turn takes a phone belong to its WeChat friends."""
    turns = [turn for turn, share in SHARES.items() for _ in range(max(1, round(share * how_many)))]
    turns += [Turn.PLAIN] * (how_many - len(turns))
    rows = await database.fetch(_OWNERS, store_id)
    friends = [row for row in rows if row["is_friend"]]
    others = [row for row in rows if not row["is_friend"]]
    needed = sum(turn in PHONES for turn in turns)
    with_phone, others = friends[:needed], friends[needed:] + others
    assert len(with_phone) == needed, "the demo has too few friends with a car in this store"
    assert len(others) >= how_many - needed, "the demo has too few owners in this store"
    dice.shuffle(others)
    rows_of = {True: iter(with_phone), False: iter(others)}
    return [_car(dice, n, turn, next(rows_of[turn in PHONES]), opens, last) for n, turn in enumerate(turns)]


def _car(dice: random.Random, number: int, turn: Turn, row: dict[str, Any], opens: datetime, last: datetime) -> Car:
    is_electric = row["powertrain"] == "BEV"
    jobs: tuple[tuple[str, ...], ...] = EV_JOBS if is_electric else JOBS
    job = dice.choice(jobs)
    if turn is Turn.PARTS:
        job = EV_WITH_PARTS if is_electric else WITH_PARTS
    # Whoever is to be stopped, waits or fails comes while there is a day left for it.
    end = last if turn is Turn.PLAIN else opens + (last - opens) / 3
    minutes = int((end - opens) / timedelta(minutes=30))
    return Car(
        number=number,
        customer_id=row["customer_id"],
        vehicle_id=row["vehicle_id"],
        vin=row["vin"],
        series=row["series"],
        last_km=row["mileage_km"],
        turn=turn,
        jobs=job,
        arrives_at=opens + timedelta(minutes=30 * dice.randint(0, minutes)),
        is_booked=turn is Turn.NO_SHOW or dice.random() < BOOKED,
        person_id=f"c{row['customer_id']}" if turn in PHONES else "",
    )


def now_or_before(car: Car) -> bool:
    """Whether it is at the gate by now."""
    return car.arrives_at <= clock.now()


# Owners of the store whose only car is theirs alone, has never been here and is not booked.
_OWNERS: Final = """
SELECT c.id AS customer_id, v.id AS vehicle_id, v.vin, m.series, m.powertrain, v.mileage_km,
       EXISTS (SELECT FROM friendship f WHERE f.customer_id = c.id AND f.ended_at IS NULL) AS is_friend
FROM customer c
JOIN ownership o ON o.customer_id = c.id AND o.role = 'OWNER' AND o.until_on IS NULL
JOIN vehicle v ON v.id = o.vehicle_id
JOIN vehicle_model m ON m.id = v.model_id
WHERE c.home_store_id = $1 AND c.phone <> '' AND v.gone_reason = ''
  AND (SELECT count(*) FROM ownership q WHERE q.until_on IS NULL AND q.customer_id = c.id) = 1
  AND (SELECT count(*) FROM ownership q WHERE q.until_on IS NULL AND q.vehicle_id = v.id) = 1
  AND NOT EXISTS (SELECT FROM appointment a WHERE a.vehicle_id = v.id)
  AND NOT EXISTS (SELECT FROM repair_order r WHERE r.vehicle_id = v.id)
ORDER BY c.id
"""
