"""获客助手: links through which strangers add members, and the quota they use up (docs 97297, 97298, 97299, 97375).

Where the platform publishes nothing: an unknown link is 40058, and a link whose quota is used up lets nobody in.
"""

from typing import Any, Final

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import AcquisitionLink, AcquisitionQuota
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.callbacks import acquisition_event
from simulator.wecom.customers import require_member

NAME_CHARS: Final = 30
MAX_MEMBERS: Final = 500
MAX_DEPARTMENTS: Final = 100
MAX_PREFERRED: Final = 1000
LIST_LIMIT: Final = 100
CUSTOMER_LIMIT: Final = 1000
LOW: Final = 20
"""Below this balance the corp is told (doc 97299)."""
TOLD_BEFORE: Final = (14, 7, 3, 2, 1)
"""So many days before a quota lapses the corp is told."""
DAY_SECONDS: Final = 86400
_CHANGEABLE: Final = ("link_name", "range", "skip_verify", "priority_option")


@DOORS.post("externalcontact/customer_acquisition/list_link")
async def list_link(call: Call) -> dict[str, Any]:
    """The ids of all links, page by page."""
    links = list(call.simulation.world.acquisition_links)
    rows, cursor = page_of(call, links, limit=_limit(call, LIST_LIMIT))
    return {"link_id_list": [link.link_id for link in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/customer_acquisition/get")
async def get(call: Call) -> dict[str, Any]:
    """One link with whom it leads to."""
    link = _link(call)
    chosen = {"user_list": [], "department_list": []} | link.body["range"]
    return {"link": _shown(link), "range": chosen, "priority_option": link.body.get("priority_option") or {}}


@DOORS.post("externalcontact/customer_acquisition/create_link")
async def create_link(call: Call) -> dict[str, Any]:
    """A link for some members; each call makes another one."""
    call.text("link_name", required=BAD_PARAMETER)
    if not call.body.get("range"):
        raise Refusal(BAD_PARAMETER, "missing range")
    body = {"skip_verify": True} | _checked(call)
    link = call.simulation.world.acquisition_links.put(
        AcquisitionLink(call.simulation.world.new_id("cawcde"), body, call.now)
    )
    return {"link": _shown(link)}


@DOORS.post("externalcontact/customer_acquisition/update_link")
async def update_link(call: Call) -> dict[str, Any]:
    """Another name, other members; the address stays."""
    link = _link(call)
    link.body = link.body | _checked(call)
    call.simulation.world.acquisition_links.put(link)
    return {}


@DOORS.post("externalcontact/customer_acquisition/delete_link")
async def delete_link(call: Call) -> dict[str, Any]:
    """The link leads nowhere at once; no event tells of it (doc 97299)."""
    call.simulation.world.acquisition_links.remove(_link(call))
    return {}


@DOORS.post("externalcontact/customer_acquisition/customer")
async def customer(call: Call) -> dict[str, Any]:
    """Who came by a link, page by page; they are kept after they leave."""
    link = _link(call)
    came = [pair for pair in call.simulation.world.friendships if pair.link_id == link.link_id]
    rows, cursor = page_of(call, came, limit=_limit(call, CUSTOMER_LIMIT))
    shown = [
        {
            "external_userid": pair.external_userid,
            "userid": pair.userid,
            "chat_status": int(pair.has_written),
            "state": pair.state,
        }
        for pair in rows
    ]
    return {"customer_list": shown, "next_cursor": cursor}


@DOORS.get("externalcontact/customer_acquisition_quota")
async def customer_acquisition_quota(call: Call) -> dict[str, Any]:
    """What was bought, what is left, and what of it lapses when."""
    living = living_quotas(call.simulation)
    return {
        "total": sum(each.bought for each in living),
        "balance": balance(call.simulation),
        "quota_list": [{"expire_date": each.lapses_at, "balance": each.left} for each in living],
    }


def living_quotas(simulation: Simulation) -> list[AcquisitionQuota]:
    """What has not lapsed, the first to lapse first."""
    now = simulation.clock.seconds()
    living = (each for each in simulation.world.acquisition_quotas if each.lapses_at > now)
    return sorted(living, key=lambda each: each.lapses_at)


def balance(simulation: Simulation) -> int:
    """How many friends may still come."""
    return sum(each.left for each in living_quotas(simulation))


def use_one(simulation: Simulation) -> None:
    """A friend came by a link: what lapses first is used first, and the corp is told when it runs low and out."""
    usable = next((each for each in living_quotas(simulation) if each.left), None)
    if usable is None:
        return
    usable.left -= 1
    simulation.world.acquisition_quotas.put(usable)
    if balance(simulation) == 0:
        acquisition_event(simulation, "balance_exhausted")
    elif balance(simulation) == LOW - 1:
        acquisition_event(simulation, "balance_low")


def tell_of_lapsing(simulation: Simulation) -> None:
    """Tell the corp once for each of the days before quota lapses."""
    now = simulation.clock.seconds()
    for each in living_quotas(simulation):
        days = next((days for days in reversed(TOLD_BEFORE) if each.lapses_at - now <= days * DAY_SECONDS), None)
        if days is None or days in each.told_days or not each.left:
            continue
        each.told_days = [*each.told_days, days]
        simulation.world.acquisition_quotas.put(each)
        acquisition_event(
            simulation, "quota_expire_soon", ExpireTime=str(each.lapses_at), ExpireQuotaNum=str(each.left)
        )


def url_of(link: AcquisitionLink) -> str:
    """The link's address, which is followed by a hand of the simulator: WeChat would open it."""
    return f"https://work.weixin.qq.com/ca/{link.link_id}"


def _shown(link: AcquisitionLink) -> dict[str, Any]:
    return {
        "link_id": link.link_id,
        "link_name": link.body["link_name"],
        "url": url_of(link),
        "create_time": link.created_at,
        "skip_verify": link.body["skip_verify"],
    }


def _link(call: Call) -> AcquisitionLink:
    link = call.simulation.world.acquisition_links.get(call.text("link_id", required=BAD_PARAMETER))
    if link is None:
        raise Refusal(BAD_PARAMETER, "link_id invalid")
    return link


def _limit(call: Call, most: int) -> int:
    limit = int(call.body.get("limit") or most)
    if not 1 <= limit <= most:
        raise Refusal(BAD_PARAMETER, f"limit must be 1 to {most}")
    return limit


def _checked(call: Call) -> dict[str, Any]:
    call.text("link_name", max_chars=NAME_CHARS)
    body: dict[str, Any] = {name: call.body[name] for name in _CHANGEABLE if name in call.body}
    if "range" in body:
        body["range"] = _range(call, body["range"])
    preferred = (body.get("priority_option") or {}).get("priority_userid_list") or []
    if len(preferred) > MAX_PREFERRED:
        raise Refusal(BAD_PARAMETER, f"priority_userid_list exceeds {MAX_PREFERRED}")
    return body


def _range(call: Call, given: Any) -> dict[str, Any]:
    users = given.get("user_list") or [] if isinstance(given, dict) else []
    departments = given.get("department_list") or [] if isinstance(given, dict) else []
    if not users and not departments:
        raise Refusal(BAD_PARAMETER, "range empty")
    if len(users) > MAX_MEMBERS or len(departments) > MAX_DEPARTMENTS:
        raise Refusal(BAD_PARAMETER, f"user_list exceeds {MAX_MEMBERS}")
    for department in departments:
        if not call.simulation.world.departments.get(str(department)):
            raise Refusal(60003, "department not found")
    named = [require_member(call, str(userid)).userid for userid in users]
    return {"user_list": named, "department_list": list(departments)}
