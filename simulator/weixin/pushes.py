"""The mini program's message push: safe mode, JSON or XML (page message-push)."""

import secrets
from typing import Any

import orjson

from simulator.courier import Delivery
from simulator.records import Person
from simulator.simulation import Simulation
from simulator.wecom.crypto import MessageCrypto, signature
from simulator.wecom.xml import to_xml


def push_event(
    simulation: Simulation, person: Person, event: str, container: str, entries: list[dict[str, Any]]
) -> None:
    """An event with a `List`: in XML inside `container`, in JSON at the top; there one entry is an object, several an
    array."""
    listed: Any = entries[0] if len(entries) == 1 else entries
    fields = {"List": listed} if simulation.settings.push_format == "json" else {container: {"List": listed}}
    key = "/".join([event, person.openid, *(entry["TemplateId"] for entry in entries)])
    _push(simulation, person.openid, event, fields, key)


async def check_url(simulation: Simulation) -> tuple[bool, str]:
    """The GET check: a three-part signature and a plain echo, not encrypted, unlike WeCom's."""
    settings = simulation.settings
    echo = str(secrets.randbelow(10**19))
    params = _signed(settings.push_token, simulation.clock.seconds()) | {"echostr": echo}
    answer = await simulation.courier.get(settings.push_url, params, settings.deadline_seconds)
    if answer.status != 200:
        return False, answer.error or f"HTTP {answer.status}"
    return answer.body == echo.encode(), "" if answer.body == echo.encode() else "the answer is not the plain echostr"


def _push(simulation: Simulation, openid: str, event: str, fields: dict[str, Any], key: str) -> None:
    settings = simulation.settings
    if not settings.push_url:
        return
    content = {
        "ToUserName": settings.weixin_original_id,
        "FromUserName": openid,
        "CreateTime": simulation.clock.seconds(),
        "MsgType": "event",
        "Event": event,
        **fields,
        "future_field": "later",
    }
    as_json = settings.push_format == "json"
    plain = orjson.dumps(content).decode() if as_json else to_xml(content)
    encrypted = MessageCrypto(settings.push_aes_key, settings.weixin_app_id).encrypt(plain)
    envelope = {"ToUserName": settings.weixin_original_id, "Encrypt": encrypted}
    params = _signed(settings.push_token, simulation.clock.seconds())
    simulation.courier.send(
        Delivery(
            id=simulation.world.new_id("push_"),
            channel="push",
            door="weixin",
            name=event,
            key=key,
            url=settings.push_url,
            params=params
            | {
                "openid": openid,
                "encrypt_type": "aes",
                "msg_signature": signature(settings.push_token, params["timestamp"], params["nonce"], encrypted),
            },
            headers={"Content-Type": "application/json" if as_json else "text/xml"},
            body=orjson.dumps(envelope) if as_json else to_xml(envelope).encode(),
            plain=plain,
        )
    )


def _signed(token: str, now: int) -> dict[str, str]:
    timestamp, nonce = str(now), str(secrets.randbelow(10**10))
    return {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
