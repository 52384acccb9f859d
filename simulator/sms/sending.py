"""Sending to one number: limits, carriers' blacklist, segments, and the report that is pushed afterwards."""

import math
import re
from typing import Any, Final

import orjson

from foundation.clock import local
from simulator.courier import Delivery
from simulator.records_weixin import SmsBlock, SmsMessage
from simulator.simulation import Simulation
from simulator.sms import templates

MOST_NUMBERS: Final = 200
ONE_SEGMENT: Final = 70
LONG_SEGMENT: Final = 67
SAME_TEXT_SECONDS: Final = 30
PER_DAY: Final = 10
MARKETING_HOURS: Final = range(8, 22)
OPT_OUTS: Final = frozenset({"R", "TD", "T", "N", "退订"})
_DOMESTIC: Final = re.compile(r"\+861\d{10}")


def segments(text: str) -> int:
    """What a text with its signature costs."""
    return 1 if len(text) <= ONE_SEGMENT else math.ceil(len(text) / LONG_SEGMENT)


def send(simulation: Simulation, phone: str, body: dict[str, Any]) -> dict[str, Any]:
    """What comes of one number: the message is on the phone, or a code says why not."""
    number = phone.removeprefix("+86")
    text = f"【{body['SignName']}】"
    code = _refusal(simulation, phone, body)
    serial = ""
    if not code:
        template = simulation.world.sms_templates.get(str(body["TemplateId"]))
        assert template is not None
        words = templates.filled(template, body["TemplateParamSet"])
        text += words or ""
        code = (
            "InvalidParameterValue.TemplateParameterFormatError" if words is None else _limit(simulation, number, text)
        )
    if not code:
        serial = simulation.world.new_id("sms_")
        _arrive(simulation, SmsMessage(
            serial, number, str(body["SignName"]), str(body["TemplateId"]), text, simulation.clock.timestamp()
        ))  # fmt: skip
    return {
        "SerialNo": serial,
        "PhoneNumber": phone,
        "Fee": 0 if code else segments(text),
        "SessionContext": str(body.get("SessionContext", "")),
        "Code": code or "Ok",
        "Message": code or "send success",
        "IsoCode": "CN",
    }


def answer(simulation: Simulation, phone: str, text: str) -> None:
    """Somebody answers the newest message on their phone; with an opt-out the carrier takes no more for them.

    Raises:
        ValueError: nobody has written to them.
    """
    got = [row for row in simulation.world.sms.where("phone", phone) if not row.is_theirs]
    if not got:
        raise ValueError("nobody has written to this number")
    now, signature = simulation.clock.timestamp(), got[-1].signature
    simulation.world.sms.put(SmsMessage(simulation.world.new_id("re_"), phone, signature, "", text, now, True))
    if text.strip().upper() in OPT_OUTS:
        simulation.world.sms_blocks.put(SmsBlock(phone, now))
    pushed = {
        "extend": "", "mobile": phone, "nationcode": "86", "sign": signature, "text": text, "time": int(now),
    }  # fmt: skip
    _push(simulation, "replies", phone, pushed)


def _refusal(simulation: Simulation, phone: str, body: dict[str, Any]) -> str:
    template = simulation.world.sms_templates.get(str(body["TemplateId"]))
    if template is None or templates.status(simulation, template) != 0:
        return "FailedOperation.TemplateIncorrectOrUnapproved"
    if not body["SignName"] or "【" in body["SignName"]:
        return "FailedOperation.SignatureIncorrectOrUnapproved"
    if not _DOMESTIC.fullmatch(phone):
        return "InvalidParameterValue.IncorrectPhoneNumber"
    if simulation.world.sms_blocks.get(phone.removeprefix("+86")):
        return "FailedOperation.PhoneNumberInBlacklist"
    if template.kind == 1 and local(simulation.clock.now()).hour not in MARKETING_HOURS:
        return "FailedOperation.MarketingSendTimeConstraint"
    if any("://" in str(value) for value in body["TemplateParamSet"]):
        return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"
    return ""


def _limit(simulation: Simulation, phone: str, text: str) -> str:
    now = simulation.clock.timestamp()
    recent = [row for row in simulation.world.sms.where("phone", phone) if not row.is_theirs and now - row.at < 86400]
    if any(row.text == text and now - row.at < SAME_TEXT_SECONDS for row in recent):
        return "LimitExceeded.PhoneNumberThirtySecondLimit"
    return "LimitExceeded.PhoneNumberDailyLimit" if len(recent) >= PER_DAY else ""


def _arrive(simulation: Simulation, row: SmsMessage) -> None:
    """Whoever is in this world has their phone switched on; any other number does not exist."""
    exists = bool(simulation.world.people.where("phone", row.phone))
    if exists:
        simulation.world.sms.put(row)
    report = {
        "user_receive_time": local(simulation.clock.now()).strftime("%Y-%m-%d %H:%M:%S"),
        "nationcode": "86",
        "mobile": row.phone,
        "report_status": "SUCCESS" if exists else "FAIL",
        "errmsg": "DELIVRD" if exists else "MK:0001",
        "description": "用户短信送达成功" if exists else "空号",
        "sid": row.serial,
    }
    _push(simulation, "reports", row.serial, [report])


def _push(simulation: Simulation, kind: str, key: str, pushed: Any) -> None:
    base = simulation.settings.sms_push_url
    if not base:
        return
    body = orjson.dumps(pushed)
    simulation.courier.send(
        Delivery(
            id=simulation.world.new_id("smspush_"),
            channel="push",
            door="sms",
            name=kind,
            key=f"sms/{kind}/{key}",
            url=f"{base}/{kind}",
            params={},
            headers={"Content-Type": "application/json"},
            body=body,
            plain=body.decode(),
        )
    )
