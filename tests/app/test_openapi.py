"""Every documented endpoint against whatever a stranger may send: a clear refusal, never a 5xx.

A real web process serves a store in motion; requests are made from our own OpenAPI document, as an owner, as a role of
that store and as one of the group. Most ids are put in from the rows that are there: made-up ones end at a 404.
"""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from app.embedded.state import REPOSITORY
from app.seed import fill
from app.wiring import wire
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import owner, staff_actor
from crm_core.dealerships.models import Role
from foundation import database as tables
from foundation.settings import get_settings
from foundation.web.openapi import document
from tests.fixtures.servers import Environment
from tests.scale import TIMES

EXAMPLES = 5 * TIMES
"""Requests made up for each operation and person."""
START_SECONDS = 180.0
OWNERS = 2_000
REAL_SHARE = 0.8
"""Of the ids, so many are of rows that are there."""
SMALL_VERSIONS = 8
STORE_ROLES = (Role.SA, Role.SVM, Role.WC, Role.TEC, Role.QC, Role.PRT, Role.CSH, Role.MKT, Role.SC, Role.CRC, Role.GM)
GROUP_ROLES = (Role.GRP, Role.ADM, Role.FIN, Role.DPO, Role.RGN)

ROWS_OF: Final[dict[str, str]] = {
    "additional_work_id": "additional_work",
    "appointment_id": "appointment",
    "approval_id": "approval",
    "bay_id": "bay",
    "bill_id": "bill",
    "binding_id": "binding",
    "broadcast_id": "broadcast",
    "complaint_id": "complaint",
    "coupon_id": "coupon",
    "coupon_ids": "coupon",
    "coupon_template_id": "coupon_template",
    "customer_id": "customer",
    "follow_up_id": "follow_up",
    "item_id": "service_item",
    "item_ids": "service_item",
    "line_id": "repair_line",
    "line_ids": "repair_line",
    "merge_id": "customer_merge",
    "merged_id": "customer",
    "message_id": "message",
    "model_id": "vehicle_model",
    "movement_id": "outside_movement",
    "origin_repair_order_id": "repair_order",
    "pauses_line_id": "repair_line",
    "payment_id": "payment",
    "proposal_id": "proposed_phone",
    "refund_id": "refund",
    "repair_order_id": "repair_order",
    "request_id": "part_request",
    "segment_id": "segment",
    "staff_id": "staff",
    "store_id": "store",
    "store_ids": "store",
    "survey_id": "survey",
    "task_id": "send_batch",
    "technician_id": "staff",
    "template_id": "coupon_template",
    "vehicle_id": "vehicle",
}

wire()
DOCUMENT: Final = document("WeDealer", "test")
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@dataclass
class Served:
    """A running web process, tokens of its people, and the ids of its rows by the name that asks for one."""

    address: str
    owner_token: str
    store_tokens: tuple[str, ...]
    group_tokens: tuple[str, ...]
    ids: dict[str, list[int]] = field(default_factory=dict)

    def people(self, path: str, number: int) -> tuple[str, ...]:
        """Who asks at this operation: the owner, or a role of the store and one of the group, by turns."""
        if path.startswith("/api/owner"):
            return (self.owner_token,)
        return (
            self.store_tokens[number % len(self.store_tokens)],
            self.group_tokens[number % len(self.group_tokens)],
        )


def test_every_id_the_document_asks_for_has_rows_to_be_taken_from() -> None:
    asked = {parameter["name"] for operation in _operations() for parameter in operation.get("parameters", ())}
    for operation in _operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            asked |= _names(content["schema"], set())
    ids = {name for name in asked if name.endswith(("_id", "_ids"))}
    assert len(ids) > 25
    assert ids - ROWS_OF.keys() == set()


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
async def world(database: None, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A group with one store in motion, and its people signed in."""
    monkeypatch.setenv("WEDEALER_SIMULATOR_URL", "")
    get_settings.cache_clear()
    await fill(OWNERS, quiet=True, living_stores=1)
    customer = await tables.fetch(
        "SELECT r.customer_id, i.value FROM repair_order r "
        "JOIN identity i ON i.customer_id = r.customer_id AND i.kind = 'OPENID' ORDER BY r.id DESC LIMIT 1"
    )
    store = await tables.fetch(
        "SELECT DISTINCT ON (role) role, staff_id FROM staff_role WHERE role = ANY($1) AND store_id = "
        "(SELECT store_id FROM repair_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY role, staff_id",
        [role.value for role in STORE_ROLES],
    )
    group = await tables.fetch(
        "SELECT DISTINCT ON (role) role, staff_id FROM staff_role WHERE role = ANY($1) ORDER BY role, staff_id",
        [role.value for role in GROUP_ROLES],
    )
    assert len(store) == len(STORE_ROLES)
    assert group
    ids = {name: await _ids(table) for name, table in ROWS_OF.items()}
    return Served(
        "",
        await sessions.begin(owner(customer[0]["customer_id"], openid=customer[0]["value"])),
        tuple([await sessions.begin(await staff_actor(row["staff_id"])) for row in store]),
        tuple([await sessions.begin(await staff_actor(row["staff_id"])) for row in group]),
        ids,
    )


async def _ids(table: str) -> list[int]:
    """The newest rows, which are those people work on; one that is not there where there are none."""
    rows = await tables.fetch(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 40")
    return [row["id"] for row in rows] or [1]


@pytest.fixture
def served(world: Served, environment: Environment) -> Iterator[Served]:
    """`wedealer serve` on the test's servers."""
    variables = {**os.environ, **environment.product, "WEDEALER_WEB_WORKERS": "1"}
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], cwd=REPOSITORY, env=variables)
    world.address = f"http://127.0.0.1:{environment.product['WEDEALER_PORT']}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{world.address}/readyz").status_code == 200:
                    break
            time.sleep(0.1)
        yield world
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.timeout(900 * TIMES)
def test_no_documented_endpoint_ever_answers_5xx(served: Served) -> None:
    failures: list[str] = []
    statuses: dict[int, int] = {}
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 200
    with httpx.Client(base_url=served.address, timeout=30) as client:
        for number, operation in enumerate(operations):
            # Signing somebody out would end the run of all the others.
            if "/sessions" not in operation.path:
                for token in served.people(operation.path, number):
                    failures += _broken(client, operation, token, served.ids, statuses)
        assert failures == []
        assert client.get("/readyz").status_code == 200
    answered = sum(statuses.values())
    assert sum(count for status, count in statuses.items() if status < 300) > answered / 20, statuses


def _broken(
    client: httpx.Client, operation: Any, token: str, ids: dict[str, list[int]], statuses: dict[int, int]
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
            _put_in_real(part, ids, dice)
        response = case.call(base_url=str(client.base_url), headers={"authorization": f"Bearer {token}"})
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
        if response.status_code >= 500 and response.status_code != 502:
            found.append(f"{case.method} {case.formatted_path} → {response.status_code} {response.text[:200]}")

    send()
    return found


def _put_in_real(part: Any, ids: dict[str, list[int]], dice: random.Random) -> None:
    """Ids of rows that are there, and versions they may have; everything else stays as it was made up."""
    if isinstance(part, list):
        for each in part:
            _put_in_real(each, ids, dice)
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if dice.random() > REAL_SHARE:
            continue
        if name.endswith("_ids") and name in ids:
            part[name] = [dice.choice(ids[name]) for _ in range(dice.randint(1, 3))]
        elif name in ids:
            part[name] = dice.choice(ids[name])
        elif name.endswith("version") and isinstance(value, int):
            part[name] = dice.randint(1, SMALL_VERSIONS)
        else:
            _put_in_real(value, ids, dice)
