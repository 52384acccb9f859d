"""Becoming friends, chatting, and ceasing to be friends."""

import re
from collections import Counter
from typing import Any

from simulator.control.hands import Hand, HandRefused, find_member, route
from simulator.records import Friendship, Person
from simulator.simulation import Simulation
from simulator.wecom import transfers
from simulator.wecom.callbacks import acquisition_event, customer_event
from simulator.wecom.chats import write
from simulator.wecom.customers import WECOM_USER
from simulator.wecom.welcome import new_welcome_code

_CONFIG_ID = re.compile(r"([0-9a-f]{32})(?:\.png)?$")
CHAT_LIMIT = 200
WAY_LIMIT = 100
EVENT_FOR = {"person": "del_follow_user", "member": "del_external_contact"}


@route("GET", "/contact-ways")
async def contact_ways(hand: Hand) -> Any:
    """The 「联系我」 codes that exist, oldest first: those one could scan."""
    world = hand.simulation.world
    ways = sorted(world.contact_ways, key=lambda way: way.created_at)
    return {
        "contact_ways": [
            {
                "config_id": way.config_id,
                "remark": str(way.body.get("remark") or ""),
                "members": [_name_of(hand, userid) for userid in way.body.get("user") or []],
                "picture": f"/wecom/qr/{way.config_id}.png",
                "created_at": way.created_at,
            }
            for way in ways[:WAY_LIMIT]
        ]
    }


def _name_of(hand: Hand, userid: str) -> str:
    member = hand.simulation.world.member(userid)
    return member.name if member else userid


@route("POST", "/people/<person_id:str>/scan")
async def scan(hand: Hand) -> Any:
    """Scan a 「联系我」 code and add the member behind it.

    Body: `code` (config_id, picture address or page address), `userid` to choose among several members,
    `half` (the member does not add back yet), `no_welcome_code`.
    """
    person, simulation = hand.person(), hand.simulation
    found = _CONFIG_ID.search(str(hand.need("code")))
    way = simulation.world.contact_ways.get(found[1]) if found else None
    if way is None:
        raise HandRefused(404, "no_contact_way", "this code leads nowhere")
    users = list(way.body.get("user") or [])
    users += [
        row.userid
        for row in simulation.world.members
        if set(row.department) & set(way.body.get("party") or []) and row.userid not in users
    ]
    # The platform spreads the customers of a multi-member code over its members.
    turn = simulation.world.next_number(f"scan:{way.config_id}")
    userid = str(hand.body.get("userid") or users[(turn - 1) % len(users)])
    half = bool(hand.body.get("half")) and bool(way.body.get("skip_verify", True))
    state = str(way.body.get("state") or "")
    return add_friend(simulation, person, userid, state=state, half=half, silent=bool(hand.body.get("no_welcome_code")))


@route("POST", "/people/<person_id:str>/add")
async def add(hand: Hand) -> Any:
    """Add a member without a code (phone search by default): the event then has no State."""
    return add_friend(
        hand.simulation,
        hand.person(),
        str(hand.need("userid")),
        add_way=int(hand.body.get("add_way", 2)),
        silent=bool(hand.body.get("no_welcome_code")),
    )


def add_friend(
    simulation: Simulation,
    person: Person,
    userid: str,
    *,
    state: str = "",
    half: bool = False,
    silent: bool = False,
    add_way: int = 1,
) -> dict[str, Any]:
    """The two become friends and the event is sent; nothing happens if they are friends already."""
    world = simulation.world
    member = find_member(simulation, userid)
    pair = world.friendship(member.userid, person.external_userid)
    if pair is not None and pair.reachable:
        return {"friendship": pair, "already": True, "welcome_code": False}
    was_chatting = pair is not None and pair.chatted and not pair.deleted_by_member
    pair = pair or Friendship(member.userid, person.external_userid, simulation.clock.seconds())
    pair.created_at, pair.state, pair.add_way, pair.half = simulation.clock.seconds(), state, add_way, half
    pair.deleted_by_person = pair.deleted_by_member = False
    pair.chatted, pair.half_code_used = was_chatting, False
    pair.link_id, pair.has_written = "", False
    code = ""
    # A WeCom user of another corp gets no welcome (doc 92130).
    if not (silent or member.admin_welcome or was_chatting or person.type == WECOM_USER):
        code = new_welcome_code(simulation, member.userid, person.external_userid)
        pair.half_code_used = half
    world.friendships.put(pair)
    event = "add_half_external_contact" if half else "add_external_contact"
    customer_event(simulation, event, member.userid, person.external_userid, State=state, WelcomeCode=code)
    simulation.hand("add_friend", f"{person.nickname} + {member.name}")
    return {"friendship": pair, "already": False, "welcome_code": bool(code)}


@route("POST", "/friendships/add_back")
async def add_back(hand: Hand) -> Any:
    """The member adds a half-added customer back; no second WelcomeCode when the first event had one."""
    pair = hand.pair()
    if not pair.half:
        raise HandRefused(409, "not_half", "the member has added this customer already")
    pair.half = False
    hand.simulation.world.friendships.put(pair)
    other = hand.simulation.world.person(pair.external_userid)
    is_silent = pair.half_code_used or (other is not None and other.type == WECOM_USER)
    code = "" if is_silent else new_welcome_code(hand.simulation, pair.userid, pair.external_userid)
    customer_event(
        hand.simulation,
        "add_external_contact",
        pair.userid,
        pair.external_userid,
        State=pair.state,
        WelcomeCode=code,
    )
    return {"friendship": pair}


@route("POST", "/friendships/delete")
async def delete(hand: Hand) -> Any:
    """One of the two deletes the other: `by` is `person` or `member`."""
    pair, by = hand.pair(), str(hand.need("by"))
    if by not in EVENT_FOR:
        raise HandRefused(422, "bad_value", "by must be person or member")
    if by == "person":
        pair.deleted_by_person = True
    else:
        pair.deleted_by_member = True
    hand.simulation.world.friendships.put(pair)
    customer_event(hand.simulation, EVENT_FOR[by], pair.userid, pair.external_userid)
    hand.simulation.hand("delete_friend", f"{by}: {pair.userid} {pair.external_userid}")
    return {"friendship": pair}


@route("POST", "/friendships/edit")
async def edit(hand: Hand) -> Any:
    """The member changes remark, phones or tags in the client: unlike the API this causes an event."""
    pair = hand.pair()
    pair.remark = str(hand.body.get("remark", pair.remark))
    pair.remark_mobiles = list(hand.body.get("remark_mobiles", pair.remark_mobiles))
    pair.tag_ids = list(hand.body.get("tag_ids", pair.tag_ids))
    hand.simulation.world.friendships.put(pair)
    customer_event(hand.simulation, "edit_external_contact", pair.userid, pair.external_userid, State=pair.state)
    return {"friendship": pair}


@route("GET", "/people/<person_id:str>/chats")
async def chats_of_person(hand: Hand) -> Any:
    """A person's conversations, the latest first."""
    pairs = hand.simulation.world.friendships.where("external_userid", hand.person().external_userid)
    return {"chats": _conversations(hand.simulation, pairs)}


@route("GET", "/staff/<userid:str>/chats")
async def chats_of_member(hand: Hand) -> Any:
    """A member's conversations, the latest first; `limit` at most 200."""
    pairs = hand.simulation.world.friendships.where("userid", hand.member().userid.lower())
    return {"chats": _conversations(hand.simulation, pairs)[: hand.number("limit", 50, CHAT_LIMIT)]}


@route("GET", "/chats")
async def messages(hand: Hand) -> Any:
    """The messages of one pair, oldest first: query `userid`, `external_userid`."""
    rows = hand.simulation.world.chats.where(
        "pair", f"{hand.query.get('userid', '').lower()}|{hand.query.get('external_userid', '')}"
    )
    return {"messages": rows[-CHAT_LIMIT:]}


@route("GET", "/chats/mass")
async def mass_received(hand: Hand) -> Any:
    """How many texts of mass messages each person has received, by external_userid."""
    texts = (row for row in hand.simulation.world.chats if row.origin == "mass" and row.msgtype == "text")
    return {"received": Counter(row.external_userid for row in texts)}


@route("POST", "/chats")
async def say(hand: Hand) -> Any:
    """`sender` (person or member) writes: `{userid, external_userid, sender, msgtype, content}`."""
    pair, sender = hand.pair(), str(hand.need("sender"))
    if sender not in EVENT_FOR:
        raise HandRefused(422, "bad_value", "sender must be person or member")
    if not pair.reachable:
        raise HandRefused(409, "not_friends", "对方还不是你的朋友")
    msgtype = str(hand.body.get("msgtype", "text"))
    if sender == "person" and pair.link_id and not pair.has_written:
        pair.has_written = True
        acquisition_event(
            hand.simulation,
            "customer_start_chat",
            UserID=pair.userid,
            ExternalUserID=pair.external_userid,
            LinkId=pair.link_id,
        )
    return write(hand.simulation, pair.userid, pair.external_userid, sender, msgtype, dict(hand.need("content")))


@route("POST", "/transfers/refuse")
async def refuse_transfer(hand: Hand) -> Any:
    """The customer refuses the new member: `{external_userid}`."""
    waiting = [
        row
        for row in hand.simulation.world.transfers.where("external_userid", str(hand.need("external_userid")))
        if row.status == transfers.WAITING
    ]
    if not waiting:
        raise HandRefused(404, "no_transfer", "nothing to refuse")
    transfers.refuse(hand.simulation, waiting[0])
    return waiting[0]


def _conversations(simulation: Simulation, pairs: list[Friendship]) -> list[dict[str, Any]]:
    world = simulation.world
    found = []
    for pair in pairs:
        rows = world.chats.where("pair", f"{pair.userid.lower()}|{pair.external_userid}")
        member, person = world.member(pair.userid), world.person(pair.external_userid)
        found.append(
            {
                "userid": pair.userid,
                "external_userid": pair.external_userid,
                "member_name": member.name if member else pair.userid,
                "person_name": pair.remark or (person.nickname if person else ""),
                "reachable": pair.reachable,
                "count": len(rows),
                "last": rows[-1] if rows else None,
                "at": rows[-1].sent_at if rows else pair.created_at,
            }
        )
    return sorted(found, key=lambda row: -int(str(row["at"])))
