"""Customer groups on the phones: a member makes one, people join and leave, it is renamed, handed on, dissolved."""

from dataclasses import asdict
from typing import Any

from simulator.control.hands import Hand, HandRefused, find_member, route
from simulator.records import CustomerGroup
from simulator.wecom import groups


@route("GET", "/groups")
async def all_groups(hand: Hand) -> Any:
    """Every group with who is in it."""
    return {"groups": [asdict(row) for row in hand.simulation.world.groups]}


@route("POST", "/groups")
async def group_found(hand: Hand) -> Any:
    """A member makes a group: `{userid, name}`."""
    return groups.found(
        hand.simulation, find_member(hand.simulation, str(hand.need("userid"))).userid, hand.need("name")
    )


@route("POST", "/groups/<chat_id:str>/join")
async def group_join(hand: Hand) -> Any:
    """A customer joins by the code, a colleague is invited: `{person_id}` or `{userid}`."""
    group = _group(hand)
    if userid := hand.body.get("userid"):
        member = find_member(hand.simulation, str(userid))
        groups.join(hand.simulation, group, member.userid, groups.MEMBER, groups.INVITED)
    else:
        groups.join(hand.simulation, group, _external(hand), groups.CUSTOMER)
    return group


@route("POST", "/groups/<chat_id:str>/leave")
async def group_leave(hand: Hand) -> Any:
    """A customer leaves, or is removed: `{person_id, removed?}`."""
    group = _group(hand)
    groups.leave(hand.simulation, group, _external(hand), removed=bool(hand.body.get("removed")))
    return group


@route("POST", "/groups/<chat_id:str>/rename")
async def group_rename(hand: Hand) -> Any:
    """`{name}`."""
    group = _group(hand)
    groups.rename(hand.simulation, group, str(hand.need("name")))
    return group


@route("POST", "/groups/<chat_id:str>/owner")
async def group_hand_on(hand: Hand) -> Any:
    """Another owner: `{userid}`."""
    group = _group(hand)
    groups.hand_on(hand.simulation, group, find_member(hand.simulation, str(hand.need("userid"))).userid)
    return group


@route("POST", "/groups/<chat_id:str>/dissolve")
async def group_dissolve(hand: Hand) -> Any:
    """The owner dissolves it."""
    groups.dissolve(hand.simulation, _group(hand))
    return {}


@route("GET", "/groups/<chat_id:str>/messages")
async def group_messages(hand: Hand) -> Any:
    """What was sent into it, oldest first."""
    return {"messages": hand.simulation.world.group_messages.where("chat_id", _group(hand).chat_id)}


def _group(hand: Hand) -> CustomerGroup:
    group = hand.simulation.world.groups.get(hand.path["chat_id"])
    if group is None:
        raise HandRefused(404, "no_group", "no such group")
    return group


def _external(hand: Hand) -> str:
    person = hand.simulation.world.person(str(hand.need("person_id")))
    if person is None:
        raise HandRefused(404, "no_person", "no such person")
    return person.external_userid
