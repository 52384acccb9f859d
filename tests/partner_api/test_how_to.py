"""The how-to for other programs does what it says: its client runs against a store, its receiver verifies."""

import asyncio
import os
import re
import sys
import time
from pathlib import Path
from typing import Any, Final

from app.embedded.state import REPOSITORY
from app.wiring import wire
from crm_core.customers.models import Customer
from crm_core.past_orders.models import PastOrder
from crm_core.vehicles.models import StockCar
from crm_core.webhooks.catalogue import told
from crm_core.webhooks.rules import secret_of, signature
from foundation import clock
from foundation.web.openapi import document
from tests import factories as make
from tests.partner_api.conftest import Program

PAGE: Final = (REPOSITORY / "docs/how-to/connect-a-dms.md").read_text("utf-8")


def block(name: str) -> str:
    """The code under a file's name."""
    found = re.search(rf"`{re.escape(name)}`\n\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


async def run_client(program: Program, key: str, folder: Path) -> str:
    file = folder / "dms_client.py"
    file.write_text(block("dms_client.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(file), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={"WEDEALER_ADDRESS": program.web.address, "WEDEALER_KEY": key, "PATH": os.environ["PATH"],
             "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def test_the_client_brings_a_day_and_again_changes_nothing(program: Program, tmp_path: Path):
    client = await program.calling(await make.make_store())
    key = client.headers["authorization"].removeprefix("Bearer ")
    printed = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert printed is not None
    assert await run_client(program, key, tmp_path) == printed[1]
    assert await run_client(program, key, tmp_path) == printed[1], "an answer that is kept is given again"
    assert await Customer.all().count() == 2
    assert await PastOrder.all().count() == await StockCar.all().count() == 1


def test_the_receiver_of_the_page_verifies_what_we_sign():
    space: dict[str, Any] = {}
    exec(block("verify.py"), space)
    secret, body = secret_of("installation", "salt"), b'{"type":"appointment.confirmed"}'
    stamp = int(time.time())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(stamp)}
    headers["webhook-signature"] = signature(secret, "msg_1", stamp, body)
    assert space["verify"](secret, headers, body)
    assert not space["verify"](secret, headers, body + b" ")
    assert not space["verify"](secret_of("installation", "other"), headers, body)
    assert not space["verify"](secret, {**headers, "webhook-timestamp": str(stamp - 301)}, body)


def test_the_page_shows_a_payload_as_it_is_sent():
    sample = told("appointment.confirmed", clock.at(make.MONDAY, 10), 1, 12, {})
    for name in sample:
        assert f'"{name}"' in PAGE


def test_the_document_for_programs_has_their_door_and_no_other():
    wire()
    paths = document("WeDealer", "test", audience="partner")["paths"]
    assert {"/api/partner/customers", "/api/partner/cars", "/api/partner/orders"} <= set(paths)
    assert all(path.startswith("/api/partner/") for path in paths)
