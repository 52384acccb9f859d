"""wx.login and phone number codes: five minutes, one use (pages code2Session, getPhoneNumber, checkSessionKey)."""

import base64
import hashlib
import hmac
from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import Person
from simulator.records_weixin import MiniCode
from simulator.simulation import Simulation
from simulator.weixin import DOORS

CODE_SECONDS = 300
SESSION_KEY_BYTES = 16


def new_code(simulation: Simulation, kind: str, person: Person) -> str:
    """A code of kind `login` or `phone` for this person."""
    code = simulation.world.new_id("0", 32)
    simulation.world.mini_codes.put(MiniCode(code, kind, person.person_id, simulation.clock.timestamp()))
    return code


@DOORS.get("sns/jscode2session", token=False, enveloped=False)
async def jscode2session(call: Call) -> dict[str, Any]:
    """openid, session_key and unionid of whoever called wx.login."""
    settings = call.simulation.settings
    if call.query.get("appid") != settings.weixin_app_id:
        raise Refusal(40013, "invalid appid")
    if call.query.get("secret") != settings.weixin_app_secret:
        raise Refusal(40125, "invalid appsecret")
    if call.query.get("grant_type") != "authorization_code":
        raise Refusal(40002, "invalid grant_type")
    person = _use(call, "login", call.query.get("js_code", ""))
    call.summary = person.nickname
    answer = {"openid": person.openid, "session_key": session_key(call.simulation, person)}
    return answer | ({"unionid": person.unionid} if settings.developer_account_bound else {})


@DOORS.post("wxa/business/getuserphonenumber")
async def getuserphonenumber(call: Call) -> dict[str, Any]:
    """The phone number a person agreed to give."""
    person = _use(call, "phone", call.text("code"))
    call.summary = person.nickname
    country_code, _, number = person.phone.removeprefix("+").rpartition("-")
    return {
        "phone_info": {
            "phoneNumber": f"+{country_code}{number}" if country_code else number,
            "purePhoneNumber": number,
            "countryCode": country_code or "86",
            "watermark": {"timestamp": call.now, "appid": call.simulation.settings.weixin_app_id},
        }
    }


@DOORS.get("wxa/checksession")
async def checksession(call: Call) -> dict[str, Any]:
    """Whether the signature was made with the person's current session_key."""
    person = call.simulation.world.mini_openid(call.query.get("openid", ""))
    if person is None:
        raise Refusal(40003)
    key = session_key(call.simulation, person)
    expected = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, call.query.get("signature", "")):
        raise Refusal(87009, "invalid signature")
    return {}


@DOORS.post("wxa/msg_sec_check")
async def msg_sec_check(call: Call) -> dict[str, Any]:
    """Text check: all passes but a text that holds 违规. Version 2 names the writer, the earlier one does not."""
    if "openid" not in call.body:
        if "违规" in call.text("content", required=44002):
            raise Refusal(87014, "risky content")
        return {}
    if call.simulation.world.mini_openid(call.text("openid")) is None:
        raise Refusal(40003)
    if not (content := call.text("content", max_chars=2500)):
        raise Refusal(44002, "empty content")
    verdict = {"suggest": "risky", "label": 20006} if "违规" in content else {"suggest": "pass", "label": 100}
    return {"result": verdict, "detail": [], "trace_id": call.simulation.world.new_id("tr", 32)}


def session_key(simulation: Simulation, person: Person) -> str:
    """The person's session_key; never sent to the client."""
    digest = simulation.world.derived_id("", f"session|{person.person_id}", 32)
    return base64.b64encode(bytes.fromhex(digest)[:SESSION_KEY_BYTES]).decode()


def _use(call: Call, kind: str, value: str) -> Person:
    code = call.simulation.world.mini_codes.get(value)
    if code is None or code.kind != kind:
        raise Refusal(40029)
    person = call.simulation.world.people.get(code.person_id)
    if code.used and kind == "login":
        raise Refusal(40163, "code been used")
    if code.used or person is None or call.simulation.clock.timestamp() - code.created_at > CODE_SECONDS:
        raise Refusal(40029, "code been used or expired")
    code.used = True
    call.simulation.world.mini_codes.put(code)
    return person
