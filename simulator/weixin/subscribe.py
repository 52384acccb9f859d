"""Subscribe messages: one accept, one message; values that do not fit are refused (page subscribeMessage.send)."""

import re
from dataclasses import asdict
from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import Person
from simulator.records_weixin import Quota, ServiceNotice
from simulator.simulation import Simulation
from simulator.weixin import DOORS
from simulator.weixin.pushes import push_event

NO_QUOTA, BAD_DATA, BAD_PAGE, BAD_TEMPLATE = 43101, 47003, 41030, 40037
_STATES = frozenset({"developer", "trial", "formal"})
_LANGUAGES = frozenset({"zh_CN", "en_US", "zh_HK", "zh_TW"})
_MOMENT = r"(\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?)?\s*(\d{1,2}:\d{2}(:\d{2})?)?"
_RULES = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,32}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[!-~]{1,32}",
    "time": rf"(?=\d){_MOMENT}(\s*~\s*{_MOMENT})?",
    "date": rf"\d{{4}}[年/-]\d{{1,2}}[月/-]\d{{1,2}}日?(\s*\d{{1,2}}:\d{{2}}(:\d{{2}})?)?(\s*~\s*{_MOMENT})?",
    "amount": r"[¥￥$€£]?(?=[\d.]{1,10}元?$)\d+(\.\d+)?元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": r"[\u4e00-\u9fffA-Za-z0-9][A-Za-z0-9·]{0,6}[\u4e00-\u9fffA-Za-z0-9]?",
    "name": r"[\u4e00-\u9fffA-Za-z .·]{1,10}|[A-Za-z .]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
}
_RULE_PATTERNS = {prefix: re.compile(pattern) for prefix, pattern in _RULES.items()}


@DOORS.post("cgi-bin/message/subscribe/send")
async def subscribe_send(call: Call) -> dict[str, Any]:
    """Send one notice for one earlier accept."""
    world = call.simulation.world
    person = world.mini_openid(call.text("touser"))
    if person is None:
        raise Refusal(40003)
    template_id, page = call.text("template_id"), call.text("page")
    call.summary = f"{template_id} → {person.nickname}"
    _check_template(call, template_id)
    check_page(page)
    if call.body.get("miniprogram_state", "formal") not in _STATES or call.body.get("lang", "zh_CN") not in _LANGUAGES:
        raise Refusal(BAD_DATA, "argument invalid! miniprogram_state or lang")
    data = _checked_data(call, template_id)
    quota = world.quotas.get(quota_key(person.openid, template_id))
    if quota is None or quota.left < 1:
        raise Refusal(NO_QUOTA)
    quota.left -= 1
    world.quotas.put(quota)
    template = world.templates.get(template_id)
    number = world.next_number("notice")
    notice = world.notices.put(
        ServiceNotice(
            f"notice-{number}", person.openid, template_id, template.title if template else "", page, data, call.now
        )
    )
    call.simulation.stream.publish("notice", asdict(notice))
    msgid = str(2_000_000_000_000_000_000 + number)
    event = {"TemplateId": template_id, "MsgID": msgid, "ErrorCode": "0", "ErrorStatus": "success"}
    push_event(call.simulation, person, "subscribe_msg_sent_event", "SubscribeMsgSentEvent", [event])
    return {"msgid": int(msgid)}


def ask(simulation: Simulation, person: Person, choices: dict[str, bool]) -> dict[str, str]:
    """wx.requestSubscribeMessage: the person accepts or rejects each template; the platform pushes the choices.

    Raises:
        ValueError: more than three templates, or one the account does not have.
    """
    world = simulation.world
    if not 1 <= len(choices) <= MAX_TEMPLATES_ASKED:
        raise ValueError(f"1 to {MAX_TEMPLATES_ASKED} templates at a time")
    if unknown := [key for key in choices if len(world.templates) and world.templates.get(key) is None]:
        raise ValueError(f"20001 no template data: {unknown[0]}")
    for template_id, accepted in choices.items():
        key = quota_key(person.openid, template_id)
        quota = world.quotas.get(key) or Quota(key, person.openid, template_id)
        quota.left += int(accepted)
        world.quotas.put(quota)
    words = {template_id: "accept" if accepted else "reject" for template_id, accepted in choices.items()}
    entries = [
        {"TemplateId": template_id, "SubscribeStatusString": word, "PopupScene": "0"}
        for template_id, word in words.items()
    ]
    push_event(simulation, person, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", entries)
    return words


def withdraw(simulation: Simulation, person: Person, template_id: str) -> None:
    """The person switches the notice off in the settings: nothing is left, and a change event follows."""
    key = quota_key(person.openid, template_id)
    simulation.world.quotas.put(Quota(key, person.openid, template_id, 0))
    entry = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
    push_event(simulation, person, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", [entry])


MAX_TEMPLATES_ASKED = 3
"""Templates in one pop-up."""


def quota_key(openid: str, template_id: str) -> str:
    """The key of a person's accepts of one template."""
    return f"{openid}|{template_id}"


def check_page(page: str) -> None:
    """Pages are paths inside the mini program: no leading slash, no address."""
    if page.startswith("/") or "://" in page:
        raise Refusal(BAD_PAGE, "invalid page")


def value_problem(key: str, value: Any) -> str:
    """Why a value does not fit its key's prefix; empty when it does."""
    prefix = key.rstrip("0123456789")
    if prefix not in _RULE_PATTERNS:
        return "unknown key"
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        return "empty or with a line break"
    return "" if _RULE_PATTERNS[prefix].fullmatch(value) else "too long or of the wrong form"


def _check_template(call: Call, template_id: str) -> None:
    """Check that the template exists. An account without any accepts every id, so that a first try needs no set-up."""
    templates = call.simulation.world.templates
    if not template_id or (len(templates) and templates.get(template_id) is None):
        raise Refusal(BAD_TEMPLATE, "invalid template_id")


def _checked_data(call: Call, template_id: str) -> dict[str, Any]:
    data = call.body.get("data")
    if not isinstance(data, dict) or not data:
        raise Refusal(BAD_DATA, "argument invalid! data is empty")
    template = call.simulation.world.templates.get(template_id)
    for key in template.keys if template else ():
        if key not in data:
            raise Refusal(BAD_DATA, f"argument invalid! data.{key}.value is empty")
    for key, entry in data.items():
        value = entry.get("value") if isinstance(entry, dict) else None
        if problem := value_problem(key, value):
            raise Refusal(BAD_DATA, f"argument invalid! data.{key}.value invalid ({problem})")
    return data
