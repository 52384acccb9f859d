"""Acquisition links from outside: somebody follows one; in WeCom's console quota is bought and a link is deleted."""

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from simulator.control.friends import add_friend
from simulator.control.hands import Hand, HandRefused, route
from simulator.doors import cut
from simulator.records import AcquisitionLink, AcquisitionQuota
from simulator.wecom import acquisition
from simulator.wecom.callbacks import acquisition_event

CHANNEL_BYTES: Final = 64
ADD_WAY: Final = 16
"""How a contact came who came by a link (doc 92114)."""
BOUGHT_FOR_DAYS: Final = 365


@route("GET", "/acquisition-links")
async def acquisition_links(hand: Hand) -> Any:
    """The links there are, with their addresses, and what is left of the quota."""
    world = hand.simulation.world
    links = [
        {"link_id": link.link_id, "name": link.body["link_name"], "url": acquisition.url_of(link)}
        for link in world.acquisition_links
    ]
    return {"links": links, "balance": acquisition.balance(hand.simulation)}


@route("POST", "/people/<person_id:str>/follow-link")
async def follow_link(hand: Hand) -> Any:
    """Follow a link and add a member behind it: `{url, userid?, half?}`. The `customer_channel` of its address comes
    back as `State`.
    """
    person, simulation = hand.person(), hand.simulation
    address = urlsplit(str(hand.need("url")))
    link = _link(hand, address.path.rsplit("/", 1)[-1])
    channel = cut(parse_qs(address.query).get("customer_channel", [""])[0], CHANNEL_BYTES)
    acquisition_event(simulation, "open_profile", LinkId=link.link_id, State=channel)
    if not acquisition.balance(simulation):
        raise HandRefused(409, "no_quota", "this link lets nobody in: its quota is used up")
    users = list(link.body["range"]["user_list"])
    users += [
        row.userid
        for row in simulation.world.members
        if set(row.department) & set(link.body["range"]["department_list"]) and row.userid not in users
    ]
    acquisition_event(simulation, "friend_request", LinkId=link.link_id, State=channel)
    turn = simulation.world.next_number(f"link:{link.link_id}")
    userid = str(hand.body.get("userid") or users[(turn - 1) % len(users)])
    half = bool(hand.body.get("half")) and bool(link.body["skip_verify"])
    made = add_friend(simulation, person, userid, state=channel, half=half, add_way=ADD_WAY)
    if not made["already"]:
        pair = made["friendship"]
        pair.link_id, pair.has_written = link.link_id, False
        simulation.world.friendships.put(pair)
        acquisition.use_one(simulation)
    return made


@route("POST", "/acquisition-quota")
async def buy_quota(hand: Hand) -> Any:
    """The corp buys quota: `{friends, days?: 365, tells?}`; `balance_increased` follows unless `tells` is false."""
    simulation = hand.simulation
    friends, now = int(hand.need("friends")), simulation.clock.seconds()
    lapses_at = now + int(hand.body.get("days") or BOUGHT_FOR_DAYS) * acquisition.DAY_SECONDS
    bought = AcquisitionQuota(simulation.world.new_id("quota"), friends, friends, lapses_at)
    simulation.world.acquisition_quotas.put(bought)
    if hand.body.get("tells", True):
        acquisition_event(simulation, "balance_increased")
    return {"balance": acquisition.balance(simulation)}


@route("POST", "/acquisition-links/<link_id:str>/delete")
async def delete_in_console(hand: Hand) -> Any:
    """Somebody deletes a link in WeCom's console; `delete_link` follows."""
    link = _link(hand, str(hand.path["link_id"]))
    hand.simulation.world.acquisition_links.remove(link)
    acquisition_event(hand.simulation, "delete_link", LinkId=link.link_id)
    return {}


@route("POST", "/acquisition-links/<link_id:str>/unavailable")
async def make_unavailable(hand: Hand) -> Any:
    """WeCom says that a link does not work any more; `link_unavailable` follows."""
    link = _link(hand, str(hand.path["link_id"]))
    acquisition_event(hand.simulation, "link_unavailable", LinkId=link.link_id)
    return {}


def _link(hand: Hand, link_id: str) -> AcquisitionLink:
    link = hand.simulation.world.acquisition_links.get(link_id)
    if link is None:
        raise HandRefused(404, "no_link", "this link leads nowhere")
    return link
