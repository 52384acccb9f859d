"""Templates and their review: decided after an hour, and known to the carriers ten minutes later."""

import re
from typing import Any, Final

from simulator.records_weixin import SmsTemplate
from simulator.simulation import Simulation

REVIEW_SECONDS: Final = 3600
EFFECTIVE_SECONDS: Final = 4200
MOST_CHARACTERS: Final = 500
REFUSED_TOPICS: Final = ("优惠券", "送您", "抽奖", "积分", "年检", "保险", "贷款", "加我微信", "小程序", "到店有礼")
OPT_OUT: Final = re.compile("拒收请?回复|退订")
PLACE: Final = re.compile(r"\{(\d+)\}")


def add(simulation: Simulation, body: dict[str, Any]) -> SmsTemplate:
    """Hand a template in."""
    content, kind = str(body["TemplateContent"]), int(body["SmsType"])
    number = simulation.world.next_number("sms_template")
    row = SmsTemplate(
        id=str(2_000_000 + number),
        name=str(body["TemplateName"]),
        content=content,
        kind=kind,
        handed_in_at=simulation.clock.timestamp(),
        refusal=_refusal(content, kind),
    )
    return simulation.world.sms_templates.put(row)


def status(simulation: Simulation, row: SmsTemplate) -> int:
    """0 usable, 1 in review, 2 approved but not yet effective, -1 refused."""
    age = simulation.clock.timestamp() - row.handed_in_at
    if age < REVIEW_SECONDS:
        return 1
    if row.refusal:
        return -1
    return 2 if age < EFFECTIVE_SECONDS else 0


def shown(simulation: Simulation, row: SmsTemplate) -> dict[str, Any]:
    """A template as the platform lists it."""
    code = status(simulation, row)
    return {
        "TemplateId": int(row.id),
        "International": 0,
        "StatusCode": code,
        "ReviewReply": row.refusal if code == -1 else "",
        "TemplateName": row.name,
        "CreateTime": int(row.handed_in_at),
        "TemplateContent": row.content,
    }


def filled(row: SmsTemplate, parameters: list[Any]) -> str | None:
    """The text with its parameters; None if they are not as many as the template has places."""
    places = [int(number) for number in PLACE.findall(row.content)]
    if sorted(places) != list(range(1, len(parameters) + 1)):
        return None
    return PLACE.sub(lambda place: str(parameters[int(place[1]) - 1]), row.content)


def _refusal(content: str, kind: int) -> str:
    topic = next((topic for topic in REFUSED_TOPICS if topic in content), None)
    if topic is not None:
        return f"模板内容涉及“{topic}”，不支持发送"
    if len(content) > MOST_CHARACTERS or any(sign in content for sign in "【】¥★"):
        return "模板内容超长或含有不支持的符号"
    if "}{" in content or not PLACE.sub("", content).strip():
        return "变量不能相连，也不能只有变量"
    return "营销短信须在结尾写明退订方式" if kind == 1 and not OPT_OUT.search(content) else ""
