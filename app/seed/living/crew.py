"""The staff of a store on that day and the cars that come."""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle

from app.seed.group import Group
from app.seed.owners import STORY_PLATE
from crm_core.customers.models import IdentityKind
from crm_core.dealerships import actors
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Store
from crm_core.vehicles.models import BindingState, Powertrain
from foundation import clock, database
from foundation.reading import literals

_CARS = f"""
SELECT v.id AS vehicle_id, v.mileage_km, v.delivered_on, m.powertrain, c.id AS customer_id, i.value AS openid
FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id AND o.until_on IS NULL
JOIN customer c ON c.id = o.customer_id JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN binding b ON b.vehicle_id = v.id AND b.customer_id = c.id AND b.state = {literals(BindingState.BOUND)}
LEFT JOIN identity i ON i.customer_id = c.id AND i.kind = {literals(IdentityKind.OPENID)} AND b.id IS NOT NULL
WHERE c.home_store_id = $1 AND c.gone_reason = '' AND v.plate <> $2 AND v.mileage_km > 0 AND c.phone IS NOT NULL
  AND c.last_visit_on BETWEEN $3::date - 700 AND $3::date - 60
  AND (SELECT count(*) FROM ownership mine WHERE mine.customer_id = c.id) = 1
ORDER BY i.value IS NULL, md5(v.id::text) LIMIT $4
"""
_MOST_CARS = 600


@dataclass(frozen=True)
class Car:
    """A car of the store and the person who brings it; `owner.openid` is empty without a mini program."""

    vehicle_id: int
    customer_id: int
    mileage_km: int
    powertrain: Powertrain
    owner: Actor

    @property
    def is_electric(self) -> bool:
        """Whether it runs on a battery only, and so needs other jobs and another bay."""
        return self.powertrain is Powertrain.BEV

    @property
    def has_mini_program(self) -> bool:
        """Whether the owner decides on the phone; the others sign on paper."""
        return bool(self.owner.openid)


@dataclass
class Crew:
    """One store's people, each called in turn, and the cars nobody has called yet."""

    store: Store
    dice: random.Random
    _people: dict[Role, list[Actor]] = field(default_factory=dict)
    _turns: dict[Role, "cycle[Actor]"] = field(default_factory=dict)
    _cars: list[Car] = field(default_factory=list)

    @classmethod
    async def of(cls, store: Store, group: Group, dice: random.Random, reserved: frozenset[str]) -> "Crew":
        """Everybody of the store but those of `reserved` userids, whom the guided story needs undisturbed."""
        crew = cls(store, dice)
        for role in Role:
            ids = group.staff.get((store.id, role), [])
            rows = await database.fetch("SELECT id, userid FROM staff WHERE id = ANY($1) ORDER BY id", ids)
            free = [row["id"] for row in rows if row["userid"] not in reserved] or ids
            crew._people[role] = [await staff_actor(staff_id) for staff_id in free]
            crew._turns[role] = cycle(crew._people[role])
        rows = await database.fetch(_CARS, store.id, STORY_PLATE, clock.today(), _MOST_CARS)
        crew._cars = [
            Car(
                row["vehicle_id"],
                row["customer_id"],
                row["mileage_km"],
                Powertrain(row["powertrain"]),
                actors.owner(row["customer_id"], openid=row["openid"] or ""),
            )
            for row in rows
        ]
        # Six in ten have the mini program, a larger share than of all owners, since owners who come are more active.
        with_it = [car for car in crew._cars if car.has_mini_program]
        without = [car for car in crew._cars if not car.has_mini_program]
        crew._cars = []
        while with_it or without:
            first, second = (with_it, without) if dice.random() < 0.6 else (without, with_it)
            crew._cars.append((first or second).pop(0))
        return crew

    def next(self, role: Role) -> Actor:
        """The colleague whose turn it is."""
        return next(self._turns[role])

    def people(self, role: Role) -> list[Actor]:
        """Everybody of this role."""
        return self._people[role]

    def by_id(self, role: Role, staff_id: int) -> Actor | None:
        """This colleague, if they are of the crew."""
        return next((actor for actor in self._people[role] if actor.id == staff_id), None)

    def other(self, role: Role, *not_these: int) -> Actor:
        """Another colleague of this role by chance, for acts that need a second person."""
        people = [actor for actor in self._people[role] if actor.id not in not_these]
        return people[self.dice.randrange(len(people))]

    def forget(self, vehicle_ids: Collection[int]) -> None:
        """Take out these cars, which have a story of their own."""
        self._cars = [car for car in self._cars if car.vehicle_id not in vehicle_ids]

    def car(self, *, electric: bool | None = None, with_phone: bool = False) -> Car | None:
        """A car of this kind that has not come yet, on request one with the mini program; None when none is left."""
        for position, car in enumerate(self._cars):
            if electric in (None, car.is_electric) and (car.has_mini_program or not with_phone):
                return self._cars.pop(position)
        return None


def moment_of(day: date, text: str) -> datetime:
    """`"8:35"` of a day."""
    hour, minute = text.split(":")
    return clock.at(day, int(hour), int(minute))
