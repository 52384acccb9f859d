"""「联系我」 codes (doc 92228). The QR picture leads to a page of the simulator instead of WeChat's scanner."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import ContactWay
from simulator.wecom import DOORS
from simulator.wecom.customers import require_member

STATE_CHARS = 30
REMARK_CHARS = 30
MAX_MEMBERS = 100
MAX_WAYS = 500_000
LIST_LIMIT = 1000
LIST_DEFAULT = 100
LIST_DAYS = 90
_CHANGEABLE = ("remark", "skip_verify", "style", "state", "user", "party", "is_exclusive", "mark_source")


@DOORS.post("externalcontact/add_contact_way")
async def add_contact_way(call: Call) -> dict[str, Any]:
    """A code for one member or several."""
    world = call.simulation.world
    kind, scene = call.body.get("type"), call.body.get("scene")
    if kind is None:
        raise Refusal(41037, "type missing")
    if scene is None:
        raise Refusal(41038, "scene missing")
    if kind not in (1, 2):
        raise Refusal(41039, "type invalid")
    if scene not in (1, 2):
        raise Refusal(41040, "scene invalid")
    if len(world.contact_ways) >= MAX_WAYS:
        raise Refusal(41045, "contact way quota reached")
    body = {"type": kind, "scene": scene, "skip_verify": True, "style": 1} | _checked(call)
    if kind == 1 and (len(body.get("user", [])) != 1 or body.get("party")):
        raise Refusal(40031, "type 1 takes exactly one user")
    if not body.get("user") and not body.get("party"):
        raise Refusal(40031, "user and party empty")
    way = world.contact_ways.put(ContactWay(world.new_id(""), body, call.now))
    return {"config_id": way.config_id} | ({"qr_code": qr_url(call, way)} if scene == 2 else {})


@DOORS.post("externalcontact/get_contact_way")
async def get_contact_way(call: Call) -> dict[str, Any]:
    """A contact code with all its settings."""
    way = _way(call)
    shown = {"config_id": way.config_id, "remark": "", "state": "", "user": [], "party": []} | way.body
    return {"contact_way": shown | ({"qr_code": qr_url(call, way)} if way.body["scene"] == 2 else {})}


@DOORS.post("externalcontact/list_contact_way")
async def list_contact_way(call: Call) -> dict[str, Any]:
    """Codes made by API in a time range, by default the last 90 days."""
    start = int(call.body.get("start_time") or call.now - LIST_DAYS * 86400)
    end = int(call.body.get("end_time") or call.now)
    limit = int(call.body.get("limit") or LIST_DEFAULT)
    if not 1 <= limit <= LIST_LIMIT:
        raise Refusal(BAD_PARAMETER, "limit must be 1 to 1000")
    ways = [way for way in call.simulation.world.contact_ways if start <= way.created_at <= end]
    rows, cursor = page_of(call, ways, limit=limit)
    return {"contact_way": [{"config_id": way.config_id} for way in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/update_contact_way")
async def update_contact_way(call: Call) -> dict[str, Any]:
    """Change what may be changed; type and scene stay."""
    way = _way(call)
    way.body = way.body | _checked(call)
    call.simulation.world.contact_ways.put(way)
    return {}


@DOORS.post("externalcontact/del_contact_way")
async def del_contact_way(call: Call) -> dict[str, Any]:
    """The code stops working at once."""
    call.simulation.world.contact_ways.remove(_way(call))
    return {}


@DOORS.post("externalcontact/close_temp_chat")
async def close_temp_chat(call: Call) -> dict[str, Any]:
    """Temporary chats are for the medical trade only."""
    raise Refusal(48002, "api forbidden")


def qr_url(call: Call, way: ContactWay) -> str:
    """Address of the code's picture."""
    return f"{call.simulation.settings.base_url}/wecom/qr/{way.config_id}.png"


def _way(call: Call) -> ContactWay:
    way = call.simulation.world.contact_ways.get(call.text("config_id", required=41043))
    if way is None:
        raise Refusal(41044, "config_id invalid")
    return way


def _checked(call: Call) -> dict[str, Any]:
    call.text("state", max_chars=STATE_CHARS)
    call.text("remark", max_chars=REMARK_CHARS)
    users = [
        require_member(call, str(userid)).userid for userid in call.items("user", at_most=MAX_MEMBERS, errcode=41041)
    ]
    for party in call.items("party", at_most=MAX_MEMBERS, errcode=41041):
        if not call.simulation.world.departments.get(str(party)):
            raise Refusal(60003, "department not found")
    body = {name: call.body[name] for name in _CHANGEABLE if name in call.body}
    return body | ({"user": users} if "user" in call.body else {})
