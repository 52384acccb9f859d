"""App messages to members: send, recall, update a card (docs 90236, 94867, 94888)."""

import hashlib
from dataclasses import asdict
from typing import Any

import orjson

from simulator.doors import BAD_PARAMETER, Call, Refusal, cut
from simulator.records import AppMessage, Member, ResponseCode
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.cards import CALLBACK_TYPES, check_card
from simulator.wecom.media import require_media

TEXT_BYTES = 2048
MAX_USERS = 1000
MAX_PARTIES = 100
MAX_ARTICLES = 8
PER_MINUTE = 30
"""Messages of one app to one member in a minute; the surplus is silently dropped."""
PER_HOUR = 1000
RECALL_SECONDS = 24 * 3600
RESPONSE_CODE_SECONDS = 72 * 3600
DUPLICATE_SECONDS = 1800
MAX_DUPLICATE_SECONDS = 4 * 3600
_CUT_CHARS = {"textcard": {"title": 128, "description": 512, "btntxt": 4}}
_FILES = frozenset({"image", "voice", "video", "file"})
_TYPES = _FILES | {"text", "markdown", "textcard", "news", "mpnews", "miniprogram_notice", "template_card"}


@DOORS.post("message/send")
async def send(call: Call) -> dict[str, Any]:
    """Send to members, departments or everyone; some bad receivers still answer 0."""
    msgtype = call.text("msgtype", required=40008)
    if msgtype not in _TYPES:
        raise Refusal(40008, "invalid msgtype")
    if msgtype != "miniprogram_notice" and call.body.get("agentid") != call.app.agent_id:
        raise Refusal(301002 if call.body.get("agentid") else 40056, "invalid agentid")
    receivers, bad = _receivers(call)
    content = _checked_content(call, msgtype)
    if not receivers:
        raise Refusal(81013, "user & party & tag all invalid")
    call.summary = " ".join([msgtype, _title(msgtype, content), "→", *(row.name for row in receivers[:3])])
    answer = {"invaliduser": "|".join(bad), "invalidparty": "", "invalidtag": "", "unlicenseduser": ""}
    msgid = call.simulation.world.new_id("msg_", 43)
    answer["msgid"] = msgid
    if _is_repeat(call, msgtype, content, receivers):
        call.note = "dropped: same content to the same receivers"
        return answer
    delivered = [row for row in receivers if _deliver(call, msgid, row, msgtype, content)]
    if len(delivered) < len(receivers):
        call.note = f"dropped: over {PER_MINUTE}/min or {PER_HOUR}/h for {len(receivers) - len(delivered)}"
    if msgtype == "template_card" and (content["card_type"] in CALLBACK_TYPES or content.get("action_menu")):
        answer["response_code"] = new_response_code(call.simulation, call.app.agent_id, content["task_id"])
    return answer


@DOORS.post("message/recall")
async def recall(call: Call) -> dict[str, Any]:
    """Take a message back within 24 hours."""
    rows = call.simulation.world.inbox.where("msgid", call.text("msgid", required=40058))
    if not rows or rows[0].agent_id != call.app.agent_id:
        raise Refusal(BAD_PARAMETER, "invalid msgid")
    if call.now - rows[0].sent_at > RECALL_SECONDS:
        raise Refusal(BAD_PARAMETER, "recall time exceeded")
    for row in rows:
        row.recalled = True
        call.simulation.world.inbox.put(row)
        call.simulation.stream.publish("inbox", asdict(row))
    return {}


@DOORS.post("message/update_template_card")
async def update_template_card(call: Call) -> dict[str, Any]:
    """Change a card for members who got it; one response_code, one call, 72 hours."""
    code = call.simulation.world.response_codes.get(call.text("response_code", required=BAD_PARAMETER))
    if code is None or code.used or call.simulation.clock.timestamp() - code.created_at > RESPONSE_CODE_SECONDS:
        raise Refusal(BAD_PARAMETER, "response_code invalid, used or expired")
    if code.agent_id != call.app.agent_id or call.body.get("agentid") != call.app.agent_id:
        raise Refusal(42015, "updating app is not the sending app")
    button, card = call.body.get("button"), call.body.get("template_card")
    if not button and not card:
        raise Refusal(40063, "button and template_card empty")
    if card:
        check_card(call, dict(card) | {"task_id": code.task_id}, updating=True)
    rows = call.simulation.world.inbox.where("task_id", f"{code.agent_id}|{code.task_id}")
    if call.body.get("atall"):
        targets = [row.userid.lower() for row in rows]
    else:
        targets = [str(userid).lower() for userid in call.items("userids", at_most=MAX_USERS, errcode=40032)]
    if not targets:
        raise Refusal(82001, "userids, partyids and tagids empty")
    code.used = True
    call.simulation.world.response_codes.put(code)
    for row in rows:
        if row.userid.lower() in targets:
            row.replaced = {"button": button} if button else {"template_card": card}
            call.simulation.world.inbox.put(row)
            call.simulation.stream.publish("inbox", asdict(row))
    return {"invaliduser": [name for name in targets if name not in {row.userid.lower() for row in rows}]}


def new_response_code(simulation: Simulation, agent_id: int, task_id: str) -> str:
    """A right to update the card of this task once."""
    code = simulation.world.new_id("rc_", 43)
    simulation.world.response_codes.put(ResponseCode(code, agent_id, task_id, simulation.clock.timestamp()))
    return code


def _receivers(call: Call) -> tuple[list[Member], list[str]]:
    """The members who exist and are visible, and the userids that are not, in lower case."""
    members = call.simulation.world.members
    allowed = [row for row in members if row.status == 1 and call.app.sees(row.userid)]
    touser, toparty = str(call.body.get("touser") or ""), str(call.body.get("toparty") or "")
    if not touser and not toparty and not call.body.get("totag"):
        raise Refusal(82001, "touser, toparty and totag all empty")
    if touser == "@all":
        return allowed, []
    wanted = list(dict.fromkeys(name.lower() for name in touser.split("|") if name))
    parties = {int(name) for name in toparty.split("|") if name.isdigit()}
    if len(wanted) > MAX_USERS or len(parties) > MAX_PARTIES:
        raise Refusal(40032, "too many receivers")
    by_id = {row.userid.lower(): row for row in allowed}
    found = {name: by_id[name] for name in wanted if name in by_id}
    found |= {name: row for name, row in by_id.items() if parties & set(row.department)}
    return list(found.values()), [name for name in wanted if name not in by_id]


def _checked_content(call: Call, msgtype: str) -> dict[str, Any]:
    content = call.body.get(msgtype)
    if not isinstance(content, dict) or not content:
        raise Refusal(40063, f"{msgtype} missing")
    content = dict(content)
    if msgtype in ("text", "markdown"):
        text = str(content.get("content", ""))
        if not text:
            raise Refusal(44004, "empty content")
        content["content"] = cut(text, TEXT_BYTES)
        if content["content"] != text:
            call.note = f"cut at {TEXT_BYTES} bytes"
    elif msgtype in ("news", "mpnews"):
        articles = content.get("articles")
        if not articles or len(articles) > MAX_ARTICLES:
            raise Refusal(45008, f"1 to {MAX_ARTICLES} articles")
    elif msgtype in _FILES:
        require_media(call, str(content.get("media_id", "")))
    elif msgtype == "miniprogram_notice":
        _check_notice(call, content)
    elif msgtype == "template_card":
        check_card(call, content)
    for name, limit in _CUT_CHARS.get(msgtype, {}).items():
        if name in content:
            content[name] = str(content[name])[:limit]
    return content


def _check_notice(call: Call, notice: dict[str, Any]) -> None:
    if call.body.get("touser") == "@all":
        raise Refusal(40003, "miniprogram_notice does not take @all")
    if not notice.get("appid"):
        raise Refusal(90200, "appid missing")
    if notice["appid"] != call.simulation.settings.weixin_app_id:
        raise Refusal(90206, "mini program not linked")
    if not 4 <= len(str(notice.get("title", ""))) <= 12:
        raise Refusal(BAD_PARAMETER, "title must have 4 to 12 chars")
    items = notice.get("content_item") or []
    if len(items) > 10:
        raise Refusal(90201, "content_item exceeds 10")
    for item in items:
        if not 1 <= len(str(item.get("key", ""))) <= 10:
            raise Refusal(90202, "content_item.key")
        if not 1 <= len(str(item.get("value", ""))) <= 30:
            raise Refusal(90203, "content_item.value")


def _deliver(call: Call, msgid: str, member: Member, msgtype: str, content: dict[str, Any]) -> bool:
    """Put the message into the member's WeCom; False when it is silently dropped."""
    world, agent_id = call.simulation.world, call.app.agent_id
    recent = [row for row in world.inbox.where("userid", member.userid.lower())[-PER_HOUR:] if row.agent_id == agent_id]
    in_minute = sum(1 for row in recent if call.now - row.sent_at < 60)
    in_hour = sum(1 for row in recent if call.now - row.sent_at < 3600)
    if in_minute >= PER_MINUTE or in_hour >= PER_HOUR:
        return False
    row = world.inbox.put(
        AppMessage(
            id=f"app-{world.next_number('app')}",
            msgid=msgid,
            agent_id=agent_id,
            userid=member.userid,
            msgtype=msgtype,
            body=content,
            sent_at=call.now,
            task_id=str(content.get("task_id", "")),
        )
    )
    call.simulation.stream.publish("inbox", asdict(row))
    return True


def _is_repeat(call: Call, msgtype: str, content: dict[str, Any], receivers: list[Member]) -> bool:
    """enable_duplicate_check: the same content to the same receivers within the interval."""
    if call.body.get("enable_duplicate_check") != 1:
        return False
    interval = min(int(call.body.get("duplicate_check_interval") or DUPLICATE_SECONDS), MAX_DUPLICATE_SECONDS)
    names = sorted(row.userid for row in receivers)
    print_of = hashlib.sha256(orjson.dumps([call.app.agent_id, msgtype, content, names])).hexdigest()
    name = f"duplicate:{print_of}"
    last = call.simulation.world.count(name)
    if last and call.now - last < interval:
        return True
    call.simulation.world.count(name, call.now - last)
    return False


def _title(msgtype: str, content: dict[str, Any]) -> str:
    if msgtype == "template_card":
        return str((content.get("main_title") or {}).get("title", ""))
    return str(content.get("title") or content.get("content") or "")[:30]
