"""Every documented operation as a request, and the permission that it must ask for."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest

from app.wiring import wire
from campaigns import scope
from crm_core.dealerships import permissions
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import PERMISSIONS, Reach, Subject
from foundation import media
from foundation.web.openapi import document
from tests import factories as make
from tests.campaigns.people import EVERYBODY
from tests.forgetful import Asking
from tests.pictures import drawing, picture
from tests.sampling import Sampler
from tests.world import World, is_id, rule_of_a_store

MOST_TRIED: Final = 40
Rows = Mapping[str, Mapping[str, Reach]]


@dataclass(frozen=True)
class Question:
    """What a door asked the table: may they do this to that; without `on`, whether anywhere at all."""

    action: str
    on: Subject | None
    is_own_enough: bool = True


@dataclass(frozen=True)
class Person:
    """A colleague with one role, and how far it reaches; without `stores` the whole group."""

    role: Role
    reach: str
    id: int
    stores: frozenset[int] | None
    token: str
    mates: frozenset[int] = frozenset()
    rows: Rows = field(default_factory=lambda: PERMISSIONS, repr=False)

    def is_granted(self, question: Question, named: frozenset[int], asked_by: int) -> bool:
        """What the table says, where the request names things of these stores and `asked_by` asked it first."""
        reach, on = self.rows[question.action].get(self.role.value), question.on
        if reach is Reach.STORE:
            asked = named if on is None else named | on.store_ids | ({on.store_id} - {None})
            return self.stores is None or asked <= self.stores
        if reach is None or on is None:
            return reach is not None and question.is_own_enough
        own = {self.id} | (self.mates if reach is Reach.TEAM else set())
        return bool(own & on.staff_ids) or asked_by in on.staff_ids


def overhear(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Every question that is put to the table from now on, as a list that grows."""
    wire()
    heard: list[Question] = []
    authorise, stores_of, row_for = permissions.authorise, scope.stores_of, permissions.row_for

    def heard_authorise(actor: Actor, action: str, on: Subject, **more: Any) -> None:
        heard.append(Question(action, on))
        authorise(actor, action, on, **more)

    def heard_stores_of(actor: Actor, action: str) -> scope.Stores:
        heard.append(Question(action, None, is_own_enough=False))
        return stores_of(actor, action)

    def heard_row_for(actor: Actor, action: str) -> Mapping[str, Reach]:
        heard.append(Question(action, None))
        return row_for(actor, action)

    watched = {"authorise": heard_authorise, "stores_of": heard_stores_of, "row_for": heard_row_for}
    real = {"authorise": authorise, "stores_of": stores_of, "row_for": row_for}
    for module in list(sys.modules.values()):
        for name, verb in real.items():
            if getattr(module, name, None) is verb:
                monkeypatch.setattr(module, name, watched[name])
    return heard


@dataclass(frozen=True)
class Operations:
    """The operations of one audience, and requests for each."""

    world: World
    paths: dict[str, Any]
    sampler: Sampler

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for path, methods in self.paths.items():
            for method, operation in methods.items():
                if operation["security"]:
                    yield f"{method.upper()} {path}", operation

    def askings(self, name: str, operation: Any) -> Iterator[Asking]:
        """Requests about the living store's newest things, then about those of one customer after the other."""
        ids = [each["name"] for each in operation.get("parameters", ()) if is_id(each["name"])]
        having = [customer for each in ids for customer in self.world.owners_of(each)]
        for customer_id in (None, *list(dict.fromkeys(having))[:MOST_TRIED]):
            yield self._asking(name, operation, customer_id)

    def of(self, name: str, operation: Any, customer_id: int) -> Asking:
        """A request about things of this customer, where they have such things."""
        return self._asking(name, operation, customer_id)

    def _asking(self, name: str, operation: Any, customer_id: int | None) -> Asking:
        named: list[tuple[str, int]] = []

        def pick(parameter: str) -> int | None:
            here = self.world.living.id
            own = self.world.ids(parameter, store_id=here, customer_id=customer_id) if customer_id else []
            own = own or self.world.ids(parameter, store_id=here) or self.world.ids(parameter)
            named.extend((parameter, each) for each in own[:1])
            return own[0] if own else None

        sampler = replace(self.sampler, given={**self.sampler.given, **GIVEN_TO.get(name, {})})
        method, path = name.split(" ")
        query: dict[str, Any] = {}
        for each in operation.get("parameters", ()):
            if each["in"] == "path":
                path = path.replace(f"{{{each['name']}}}", str(sampler.value(each["name"], each["schema"], pick)))
            elif each["in"] == "query" and each["required"]:
                query[each["name"]] = sampler.value(each["name"], each["schema"], pick)
        contents = operation.get("requestBody", {}).get("content", {}).values()
        body = next((sampler.value("", content["schema"], pick) for content in contents), None)
        return Asking(method, path, query, body, tuple(named))


GIVEN_TO: Final[dict[str, dict[str, Any]]] = {
    "POST /api/staff/repair-orders": {"store_id": 1, "customer_id": 1, "vehicle_id": 1, "complaint": "异响"},
    "POST /api/staff/settings/lists/{setting_list}/rows": {"values": {"store_id": 1, "name": "九号", "kind": "FAST"}},
    "PUT /api/staff/customers/{customer_id}/custom-values": {"values": {"parking": "B2"}},
    "PUT /api/staff/vehicles/{vehicle_id}/custom-values": {"values": {"parking": "B2"}},
    "POST /api/staff/privacy-requests/{privacy_request_id}/correction": {"answer": "已改"},
    "POST /api/staff/policies/{policy}/{field}/changes": {"store_id": 1},
}


async def operations_of(world: World, audience: str) -> Operations:
    """The operations of the `staff`, `owner` or `partner` API, about things of this world."""
    whole = document("WeDealer", "test", audience=audience)
    stored = await media.store(picture(1))
    policy, rule = rule_of_a_store()
    given = {
        "phone": "13900007777",
        "vin": make.VINS[0],
        "definition": EVERYBODY,
        "policy": policy,
        "field": rule,
        "setting_list": "bays",
        "signature": drawing((1, 1), (90, 90)),
        r"^[0-9a-f]{64}\.(jpg|png|webp|mp4)$": stored.key,
        r"^[0-9a-f]{64}\.(jpg|png|webp)$": stored.key,
    }
    return Operations(world, whole["paths"], Sampler(whole["components"]["schemas"], given))
