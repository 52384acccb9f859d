"""The calling app itself: its settings and the menu below its chat (docs 90227, 90231)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, check_length
from simulator.records import Agent
from simulator.wecom import DOORS

INVALID_AGENT, NOT_YOUR_AGENT = 40056, 301002
BUTTONS, SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 40, 128, 1024
NEEDED = {
    "click": ("key",),
    "view": ("url",),
    "view_miniprogram": ("pagepath", "appid"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
}
"""The fields that each type of button requires."""


@DOORS.get("agent/get")
async def agent_get(call: Call) -> dict[str, Any]:
    """The app as its admin set it up; an app reads only itself."""
    agent = _own(call)
    visible = agent.visible_userids
    everybody = {"allow_partys": {"partyid": [1]}, "allow_userinfos": {"user": []}}
    some = {"allow_partys": {"partyid": []}, "allow_userinfos": {"user": [{"userid": name} for name in visible or []]}}
    return {
        "agentid": agent.agent_id,
        "name": agent.name,
        "square_logo_url": "",
        "description": agent.name,
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": next(iter(call.simulation.settings.trusted_domains or ()), ""),
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
        "customized_publish_status": 1,
    } | (everybody if visible is None else some)


@DOORS.get("agent/list")
async def agent_list(call: Call) -> dict[str, Any]:
    """The apps this token speaks for: itself."""
    return {"agentlist": [{"agentid": call.app.agent_id, "name": call.app.name, "square_logo_url": ""}]}


@DOORS.post("menu/create")
async def menu_create(call: Call) -> dict[str, Any]:
    """Put a menu in the place of the one there is."""
    agent = _own(call)
    buttons = call.items("button", at_most=BUTTONS, errcode=40016)
    if not buttons:
        raise Refusal(40016, "button count must be 1 to 3")
    for button in buttons:
        _check_button(button, NAME_BYTES)
    agent.menu = buttons
    call.simulation.world.agents.put(agent)
    return {}


@DOORS.get("menu/get")
async def menu_get(call: Call) -> dict[str, Any]:
    """The menu; 46003 when there is none."""
    if not (menu := _own(call).menu):
        raise Refusal(46003, "menu no exist")
    return {"button": menu}


@DOORS.get("menu/delete")
async def menu_delete(call: Call) -> dict[str, Any]:
    """Take the menu away; deleting none is no error."""
    agent = _own(call)
    agent.menu = []
    call.simulation.world.agents.put(agent)
    return {}


def _own(call: Call) -> Agent:
    text = call.query.get("agentid", "")
    if not text.isdecimal() or call.simulation.world.agents.get(text) is None:
        raise Refusal(INVALID_AGENT, "invalid agentid")
    if int(text) != call.app.agent_id:
        raise Refusal(NOT_YOUR_AGENT, "no right on this agentid")
    return call.app


def _check_button(button: Any, name_bytes: int) -> None:
    if not isinstance(button, dict) or not button.get("name"):
        raise Refusal(40018, "invalid button name size")
    check_length("button.name", str(button["name"]), max_bytes=name_bytes, errcode=40018)
    below = button.get("sub_button") or []
    if below:
        if len(below) > SUB_BUTTONS or name_bytes == SUB_NAME_BYTES:
            raise Refusal(40023, "invalid sub button size")
        for sub in below:
            _check_button(sub, SUB_NAME_BYTES)
        return
    kind = str(button.get("type", ""))
    if kind not in NEEDED:
        raise Refusal(40017, "invalid button type")
    if any(not button.get(name) for name in NEEDED[kind]):
        raise Refusal(BAD_PARAMETER, f"{kind} needs {', '.join(NEEDED[kind])}")
    check_length("button.key", str(button.get("key", "")), max_bytes=KEY_BYTES, errcode=40019)
    check_length("button.url", str(button.get("url", "")), max_bytes=URL_BYTES, errcode=40020)
