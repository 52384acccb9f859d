"""Every documented endpoint answers any input of a stranger with a clear refusal, never with a 5xx.

A real web process serves a store in motion; requests are made from our own OpenAPI document, as an owner, as a role of
that store and as one of the group. Most ids are put in from the rows that are there: made-up ones end at a 404.
"""

import contextlib
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from app.embedded.state import REPOSITORY
from app.wiring import wire
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import owner, staff_actor
from crm_core.dealerships.models import Role
from foundation import database as tables
from foundation.settings import get_settings
from foundation.web.openapi import document
from tests.fixtures.servers import Environment
from tests.scale import TIMES
from tests.world import PARTNERS_KEY, World, everything, is_id, make_world

EXAMPLES = 6 * TIMES
"""Requests made up for each operation; the people who ask it take turns."""
OF_STRANGERS = 4 * TIMES
"""Well-formed requests made up for each operation that names a thing."""
START_SECONDS = 180.0
REAL_SHARE = 0.8
"""Of the ids, so many are of rows that are there."""
SMALL_VERSIONS = 8
NEWEST = 40
"""Of each kind, the rows people work on."""
STORE_ROLES = (Role.SA, Role.SVM, Role.WC, Role.TEC, Role.QC, Role.PRT, Role.CSH, Role.MKT, Role.SC, Role.CRC, Role.GM)
GROUP_ROLES = (Role.GRP, Role.ADM, Role.FIN, Role.DPO, Role.RGN)

OLD_CARDS = "/api/staff/approvals/{approval_id}/decision"
"""Whoever presses an old card is told that it is over; by whom and when only those who may read it."""

OF_THE_GROUP = "/api/staff/friend-pulls/{pull_id}/"
"""A reading of friends is the whole group's; a store is told of its own members, here of none."""

OF_THE_MERCHANT_ACCOUNT = "GET /api/staff/reconciliation-days/{day_id}"
"""A day of the merchant account is the whole group's; of what differs it shows a store its own, in test_days."""

OF_THE_HOUSE = frozenset({"PUT /api/staff/tags/{tag_id}", "DELETE /api/staff/tags/{tag_id}"})
"""A tag belongs to no store: whoever decides about tags does so for the whole house, in customers/tags/test_keeping."""

wire()
DOCUMENT: Final = document("WeDealer", "test")
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
well_formed = schemathesis.openapi.from_dict(DOCUMENT)
well_formed.config.generation.update(modes=[GenerationMode.POSITIVE])


@dataclass(frozen=True)
class People:
    """Tokens: an owner in the middle of a visit, roles of their store, roles of the group, and one with all roles."""

    owner: str
    of_store: tuple[str, ...]
    of_group: tuple[str, ...]
    all_of_store: str
    all_of_group: str
    all_of_another: str
    """Every role of a store in which nothing happened."""

    def asking(self, path: str, number: int) -> tuple[str, ...]:
        """The people who call this operation."""
        if path.startswith("/api/owner"):
            return (self.owner,)
        if path.startswith("/api/partner"):
            return (PARTNERS_KEY,)
        each = self.all_of_group if number % 2 else self.all_of_store
        return (self.of_store[number % len(self.of_store)], self.of_group[number % len(self.of_group)], each)


@dataclass(frozen=True)
class Served:
    """A running web process, its people, and the things that exist."""

    address: str
    people: People
    world: World


def test_a_list_goes_on_only_from_where_a_bigint_may_stand() -> None:
    patterns = {
        str(each)
        for operation in _operations()
        for parameter in operation.get("parameters", ())
        if parameter["name"] == "cursor"
        for each in parameter["schema"]["anyOf"]
    }
    assert patterns == {"{'pattern': '^[0-9]{1,18}$', 'type': 'string'}", "{'type': 'null'}"}


def _operations() -> Iterator[dict[str, Any]]:
    for path in DOCUMENT["paths"].values():
        yield from path.values()


def _names(part: Any, seen: set[str]) -> set[str]:
    """Every property a schema may have, however deep."""
    if isinstance(part, list):
        return set().union(*(_names(each, seen) for each in part))
    if not isinstance(part, dict):
        return set()
    if reference := part.get("$ref"):
        name = reference.rsplit("/", 1)[-1]
        if name in seen:
            return set()
        return _names(DOCUMENT["components"]["schemas"][name], seen | {name})
    return set(part.get("properties", ())).union(*(_names(each, seen) for each in part.values()))


@pytest.fixture
async def world(database: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A group with one store in motion, and no platform."""
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    return await make_world()


@pytest.fixture
async def people(world: World) -> People:
    """Everybody signed in."""
    customer = await tables.fetch(
        "SELECT r.customer_id, i.value FROM repair_order r "
        "JOIN identity i ON i.customer_id = r.customer_id AND i.kind = 'OPENID' ORDER BY r.id DESC LIMIT 1"
    )
    store = await tables.fetch(
        "SELECT DISTINCT ON (role) role, staff_id FROM staff_role WHERE role = ANY($1) AND store_id = $2 "
        "ORDER BY role, staff_id",
        [role.value for role in STORE_ROLES],
        world.living.id,
    )
    group = await tables.fetch(
        "SELECT DISTINCT ON (role) role, staff_id FROM staff_role WHERE role = ANY($1) ORDER BY role, staff_id",
        [role.value for role in GROUP_ROLES],
    )
    assert len(store) == len(STORE_ROLES)
    assert group
    every = [
        await sessions.begin(await staff_actor((await everything(where, userid=userid)).id))
        for where, userid in ((world.living, "all-here"), (None, "all-everywhere"), (world.other, "all-elsewhere"))
    ]
    return People(
        await sessions.begin(owner(customer[0]["customer_id"], openid=customer[0]["value"])),
        tuple([await sessions.begin(await staff_actor(row["staff_id"])) for row in store]),
        tuple([await sessions.begin(await staff_actor(row["staff_id"])) for row in group]),
        *every,
    )


@pytest.fixture
def served(world: World, people: People, environment: Environment) -> Iterator[Served]:
    """`wedealer serve` on the test's servers."""
    variables = {**os.environ, **environment.product, "WEDEALER_WEB_WORKERS": "1"}
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], cwd=REPOSITORY, env=variables)
    address = f"http://127.0.0.1:{environment.product['WEDEALER_PORT']}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            time.sleep(0.1)
        yield Served(address, people, world)
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_roles_of_another_store_reach_nothing_by_its_id(served: Served) -> None:
    asked = _ids_asked_for()
    assert len(asked) > 25
    assert [name for name in asked if not served.world.ids(name)] == [], "there is a row of every kind to ask for"
    let_in: list[str] = []
    tried: set[str] = set()
    told: set[str] = set()
    with httpx.Client(base_url=served.address, timeout=30) as client:
        for operation in [result.ok() for result in well_formed.get_all_operations()]:
            names = [each.name for each in operation.iter_parameters() if is_id(each.name) and each.is_required]
            if operation.path.startswith("/api/staff") and names:
                answers = _answers(client, operation, served)
                refusals = (403, 404, 409, 422) if operation.path == OLD_CARDS else (403, 404, 422)
                if operation.path.startswith(OF_THE_GROUP):
                    answers = [(404 if words.endswith(" []") else status, words) for status, words in answers]
                if operation.label not in {OF_THE_MERCHANT_ACCOUNT, *OF_THE_HOUSE}:
                    let_in += [f"{status} {words}" for status, words in answers if status not in refusals]
                tried.add(operation.label)
                told |= {operation.label for status, _ in answers if status in (403, 404)}
    assert let_in == []
    assert len(told) > len(tried) * 0.9, "few bodies are refused as malformed before anybody asks whose it is"


def _ids_asked_for() -> set[str]:
    """Every id the document asks for, in a path, a query or a body."""
    asked = {parameter["name"] for operation in _operations() for parameter in operation.get("parameters", ())}
    for operation in _operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            asked |= _names(content["schema"], set())
    return {name for name in asked if is_id(name)}


def _answers(client: httpx.Client, operation: Any, served: Served) -> list[tuple[int, str]]:
    """The answers to valid requests about the busy store's things that come from another store."""
    found: list[tuple[int, str]] = []

    @given(case=operation.as_strategy(), dice=st.randoms(use_true_random=False))
    @settings(
        max_examples=OF_STRANGERS,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def send(case: Any, dice: random.Random) -> None:
        for part in (case.path_parameters, case.query, case.body):
            _put_in_real(part, served.world, dice, share=1)
        headers = {"authorization": f"Bearer {served.people.all_of_another}"}
        response = case.call(base_url=str(client.base_url), headers=headers)
        found.append((response.status_code, f"{case.method} {case.formatted_path} {response.text[:200]}"))

    send()
    return found


@pytest.mark.slow
@pytest.mark.timeout(900 * TIMES)
def test_no_documented_endpoint_ever_answers_5xx(served: Served) -> None:
    failures: list[str] = []
    statuses: dict[int, int] = {}
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 200
    with httpx.Client(base_url=served.address, timeout=30) as client:
        for number, operation in enumerate(operations):
            # Left out, because signing a person out would end the session that all other requests use.
            if "/sessions" not in operation.path:
                turns = itertools.cycle(served.people.asking(operation.path, number))
                failures += _broken(client, operation, turns, served.world, statuses)
        assert failures == []
        assert client.get("/readyz").status_code == 200
    answered = sum(statuses.values())
    assert sum(count for status, count in statuses.items() if status < 300) > answered / 8, statuses


def _broken(
    client: httpx.Client, operation: Any, turns: Iterator[str], world: World, statuses: dict[int, int]
) -> list[str]:
    """Requests of this operation that were answered 5xx; 502 is a platform that is not there in this test."""
    found: list[str] = []

    @given(case=operation.as_strategy(), dice=st.randoms(use_true_random=False))
    @settings(
        max_examples=EXAMPLES,
        derandomize=TIMES == 1,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def send(case: Any, dice: random.Random) -> None:
        for part in (case.path_parameters, case.query, case.body):
            _put_in_real(part, world, dice)
        response = case.call(base_url=str(client.base_url), headers={"authorization": f"Bearer {next(turns)}"})
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
        if response.status_code >= 500 and response.status_code != 502:
            found.append(f"{case.method} {case.formatted_path} → {response.status_code} {response.text[:200]}")

    send()
    return found


def _put_in_real(part: Any, world: World, dice: random.Random, share: float = REAL_SHARE) -> None:
    """Ids of rows of the living store, and versions they may have; everything else stays as it was made up."""
    if isinstance(part, list):
        for each in part:
            _put_in_real(each, world, dice, share)
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if dice.random() > share:
            continue
        ids = (world.ids(name, store_id=world.living.id) or world.ids(name))[:NEWEST] if is_id(name) else []
        if ids and name.endswith("_ids"):
            part[name] = [dice.choice(ids) for _ in range(dice.randint(1, 3))]
        elif ids:
            part[name] = dice.choice(ids)
        elif name.endswith("version") and isinstance(value, int):
            part[name] = dice.randint(1, SMALL_VERSIONS)
        else:
            _put_in_real(value, world, dice, share)
