"""`wedealer init` on an empty database, as an installer types it, and then the sign-in address as a browser uses it."""

import asyncio
import re
import subprocess
import sys

import httpx

from foundation.settings import Settings
from tests.fixtures.web import Web


async def test_the_printed_address_opens_the_console(web: Web, settings: Settings):
    said = await asyncio.to_thread(_init, settings.wecom.corp_id)
    assert said.returncode == 0, said.stderr
    assert "简称「云帆」、短信签名【云帆汽车】" in said.stdout
    token = re.search(r"/console/sign-in#address=(\S+)", said.stdout)
    assert token is not None, said.stdout
    async with httpx.AsyncClient(base_url=web.address) as browser:
        entered = await browser.post("/api/staff/sessions", json={"address": token[1]})
        assert entered.status_code == 201, entered.text
        me = await browser.get("/api/staff/me", headers={"authorization": f"Bearer {entered.json()['token']}"})
        assert (me.json()["name"], me.json()["roles"], me.json()["group"]) == ("高建军", ["ADM"], "云帆")
        again = await browser.post("/api/staff/sessions", json={"address": token[1]})
        assert (again.status_code, again.json()["error"]["code"]) == (401, "address_not_good")
    long = await asyncio.to_thread(_init, settings.wecom.corp_id, "--short", "远航汽车服务集团")
    assert "最多 6 个字" in long.stderr
    other = await asyncio.to_thread(_init, "wwother")
    assert "不一致" in other.stderr
    refused = await asyncio.to_thread(_init, settings.wecom.corp_id)
    assert refused.returncode == 1
    assert "已有集团" in refused.stderr


def _init(corp_id: str, *more: str) -> "subprocess.CompletedProcess[str]":
    arguments = ("--group", "云帆汽车集团", "--corp-id", corp_id, "--admin", "gaojianjun", "--name", "高建军", *more)
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "init", *arguments], capture_output=True, text=True, check=False
    )
