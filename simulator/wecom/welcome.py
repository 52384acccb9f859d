"""The welcome message: twenty seconds, one use, first app wins (doc 92137)."""

from typing import Any

from simulator.doors import Call, Refusal, check_length
from simulator.records import WelcomeCode
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.attachments import check_attachments
from simulator.wecom.chats import deliver_to_person

CODE_SECONDS = 20
TEXT_BYTES = 4000


def new_welcome_code(simulation: Simulation, userid: str, external_userid: str) -> str:
    """The right to greet this customer once."""
    code = simulation.world.new_id("CALLBACK", 43)
    row = WelcomeCode(code, userid, external_userid, simulation.clock.timestamp())
    simulation.world.welcome_codes.put(row)
    return code


@DOORS.post("externalcontact/send_welcome_msg")
async def send_welcome_msg(call: Call) -> dict[str, Any]:
    """Greet the customer: a text, up to nine attachments, or both."""
    code = _usable_code(call)
    text = call.body.get("text") or {}
    content = str(text.get("content", ""))
    check_length("text.content", content, max_bytes=TEXT_BYTES, errcode=45002)
    attachments = check_attachments(call)
    if not content and not attachments:
        raise Refusal(44004, "text and attachments empty")
    code.used_by = call.app.agent_id
    call.simulation.world.welcome_codes.put(code)
    call.summary = f"{code.userid} → {code.external_userid}"
    call.note = f"{call.simulation.clock.timestamp() - code.created_at:.1f} s after the event"
    if content:
        deliver_to_person(call.simulation, code.userid, code.external_userid, "welcome", "text", {"content": content})
    for attachment in attachments:
        kind = attachment["msgtype"]
        deliver_to_person(
            call.simulation, code.userid, code.external_userid, "welcome", kind, dict(attachment.get(kind) or {})
        )
    return {}


def _usable_code(call: Call) -> WelcomeCode:
    code = call.simulation.world.welcome_codes.get(call.text("welcome_code", required=41049))
    if code is None:
        raise Refusal(41050, "welcome_code invalid")
    if code.used_by and code.used_by != call.app.agent_id:
        raise Refusal(41096, "welcome message is being distributed by another app")
    if code.used_by or call.simulation.clock.timestamp() - code.created_at > CODE_SECONDS:
        raise Refusal(41050, "welcome_code expired")
    pair = call.simulation.world.friendship(code.userid, code.external_userid)
    if pair is None or not pair.reachable:
        raise Refusal(84061, "not external contact")
    if pair.chatted:
        raise Refusal(41051, "chat already started")
    return code
