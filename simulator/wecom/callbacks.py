"""WeCom's callbacks: events and messages, encrypted and signed, sent to every app that should get them.

Nothing here is called by a door: changes made through the API cause no callback (docs 92130, 90970).
"""

import secrets
from typing import Any

from simulator.courier import Answer, Delivery
from simulator.records import Agent, Department, MemberTag
from simulator.simulation import Simulation
from simulator.wecom.cards import apply_passive_reply
from simulator.wecom.crypto import BadCiphertext, MessageCrypto, signature
from simulator.wecom.xml import from_xml, to_xml


def customer_event(simulation: Simulation, change_type: str, userid: str, external_userid: str, **fields: str) -> None:
    """`change_external_contact`; empty fields are left out, as the platform does."""
    _to_all_apps(
        simulation,
        "change_external_contact",
        {"ChangeType": change_type, "UserID": userid, "ExternalUserID": external_userid}
        | {name: value for name, value in fields.items() if value},
    )


def directory_event(simulation: Simulation, change_type: str, userid: str, **fields: str) -> None:
    """`change_contact` after a change of a member in the admin console."""
    _to_all_apps(simulation, "change_contact", {"ChangeType": change_type, "UserID": userid, **fields})


def department_event(simulation: Simulation, change_type: str, department: Department) -> None:
    """`change_contact` after a change of a department in the admin console."""
    told = {} if change_type == "delete_party" else {"Name": department.name, "ParentId": str(department.parentid)}
    _to_all_apps(simulation, "change_contact", {"ChangeType": change_type, "Id": str(department.id), **told})


def member_tag_event(simulation: Simulation, tag: MemberTag, added: list[str], removed: list[str]) -> None:
    """`change_contact` after members were given or lost a tag of the address book."""
    told = {"AddUserItems": ",".join(added), "DelUserItems": ",".join(removed)}
    fields = {"ChangeType": "update_tag", "TagId": str(tag.tagid), **{k: v for k, v in told.items() if v}}
    _to_all_apps(simulation, "change_contact", fields)


def tag_event(simulation: Simulation, change_type: str, tag_id: str, tag_type: str) -> None:
    """`change_external_tag` after a change in the admin console."""
    _to_all_apps(simulation, "change_external_tag", {"ChangeType": change_type, "Id": tag_id, "TagType": tag_type})


def group_event(simulation: Simulation, change_type: str, chat_id: str, **fields: Any) -> None:
    """`change_external_chat` after something happened to a customer group (doc 92130)."""
    told = {"ChangeType": change_type, "ChatId": chat_id, **fields}
    _to_all_apps(simulation, "change_external_chat", told)


def acquisition_event(simulation: Simulation, change_type: str, **fields: str) -> None:
    """`customer_acquisition` (doc 97299); empty fields are left out."""
    told = {name: value for name, value in fields.items() if value}
    _to_all_apps(simulation, "customer_acquisition", {"ChangeType": change_type, **told})


def app_event(simulation: Simulation, agent: Agent, userid: str, event: str, fields: dict[str, Any]) -> None:
    """An event of one app, e.g. `template_card_event`, `click`, `enter_agent`."""
    content = _envelope(simulation, userid) | {"MsgType": "event", "Event": event, **fields, "AgentID": agent.agent_id}
    _deliver(simulation, agent, event, content, key=f"{event}/{userid}/{fields.get('TaskId', '')}", in_app=True)


def app_message(simulation: Simulation, agent: Agent, userid: str, msgtype: str, fields: dict[str, Any]) -> None:
    """A message a member wrote to the app."""
    number = simulation.world.next_number("msgid")
    content = _envelope(simulation, userid) | {
        "MsgType": msgtype,
        **fields,
        "MsgId": 7_000_000_000_000_000_000 + number,
        "AgentID": agent.agent_id,
    }
    _deliver(simulation, agent, msgtype, content, key=f"message/{userid}/{number}", in_app=True)


async def check_url(simulation: Simulation, agent: Agent) -> tuple[bool, str]:
    """The GET check an admin triggers by saving the callback settings: the plain echo, within one second."""
    echo = str(secrets.randbelow(10**19))
    encrypted = MessageCrypto(agent.callback_aes_key, simulation.settings.corp_id).encrypt(echo)
    params = _signed(agent.callback_token, encrypted, simulation.clock.seconds()) | {"echostr": encrypted}
    answer = await simulation.courier.get(agent.callback_url, params, simulation.settings.echo_deadline_seconds)
    if answer.status != 200:
        return False, answer.error or f"HTTP {answer.status}"
    return answer.body == echo.encode(), "" if answer.body == echo.encode() else "the answer is not the plain echostr"


def _to_all_apps(simulation: Simulation, event: str, fields: dict[str, Any]) -> None:
    content = _envelope(simulation, "sys") | {"MsgType": "event", "Event": event, **fields}
    key = "/".join([event, *(str(value) for name, value in fields.items() if name in _KEY_FIELDS)])
    name = f"{event}/{fields['ChangeType']}"
    for agent in simulation.world.agents:
        _deliver(simulation, agent, name, content, key=f"{agent.agent_id}/{key}", in_app=False)


_KEY_FIELDS = frozenset({"ChangeType", "UserID", "ExternalUserID", "Id", "LinkId", "ChatId"})


def _envelope(simulation: Simulation, from_user: str) -> dict[str, Any]:
    return {
        "ToUserName": simulation.settings.corp_id,
        "FromUserName": from_user,
        "CreateTime": simulation.clock.seconds(),
    }


def _signed(token: str, encrypted: str, now: int) -> dict[str, str]:
    timestamp, nonce = str(now), str(secrets.randbelow(10**10))
    return {
        "msg_signature": signature(token, timestamp, nonce, encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    }


def _deliver(
    simulation: Simulation, agent: Agent, name: str, content: dict[str, Any], *, key: str, in_app: bool
) -> None:
    if not agent.callback_url:
        return
    corp_id = simulation.settings.corp_id
    crypto = MessageCrypto(agent.callback_aes_key, corp_id)
    plain = to_xml(content | {"FutureField": "later"})
    encrypted = crypto.encrypt(plain)
    # Events of the customer family reach the app, yet carry no AgentID content (doc 92130).
    body = to_xml({"ToUserName": corp_id, "AgentID": str(agent.agent_id) if in_app else "", "Encrypt": encrypted})
    delivery = Delivery(
        id=simulation.world.new_id("cb_"),
        channel="callback",
        door="wecom",
        name=name,
        key=key,
        url=agent.callback_url,
        params=_signed(agent.callback_token, encrypted, simulation.clock.seconds()),
        headers={"Content-Type": "text/xml"},
        body=body.encode(),
        plain=plain,
        summary=" ".join(str(content[field]) for field in ("UserID", "ExternalUserID", "EventKey") if field in content),
    )

    async def taken(answer: Answer) -> None:
        if in_app and answer.body:
            _take_reply(simulation, agent, crypto, content, answer.body.decode(errors="replace"))

    simulation.courier.send(delivery, taken)


def _take_reply(
    simulation: Simulation, agent: Agent, crypto: MessageCrypto, content: dict[str, Any], body: str
) -> None:
    """An encrypted passive reply (docs 90930, 90241); a wrong one is thrown away, as the platform does."""
    if body == "success":
        return
    try:
        reply = from_xml(body)
        parts = (reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])
        if signature(agent.callback_token, *parts) != reply["MsgSignature"]:
            return
        message = from_xml(crypto.decrypt(reply["Encrypt"]))
    except (ValueError, KeyError, BadCiphertext):
        return
    apply_passive_reply(simulation, agent, content, message)
