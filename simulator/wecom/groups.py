"""Customer groups: the list, one with its members, and what happens in them (docs 92120, 92122, 92130)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import CustomerGroup
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.callbacks import group_event

LIST_LIMIT = 1000
MAX_OWNERS = 100
UNFILTERED_MEMBERS = 1000
"""With more visible members, the list has to name owners (81017)."""
NOT_A_GROUP, NO_SUCH_CHAT, TOO_WIDE = 90501, 86003, 81017
MEMBER, CUSTOMER = 1, 2
INVITED, BY_CODE = 0, 3
LARGEST = 500
"""People in one group."""


@DOORS.post("externalcontact/groupchat/list")
async def list_groups(call: Call) -> dict[str, Any]:
    """Ids of groups, by their owners."""
    limit = call.body.get("limit")
    if not isinstance(limit, int) or not 1 <= limit <= LIST_LIMIT:
        raise Refusal(BAD_PARAMETER, f"limit must be 1 to {LIST_LIMIT}")
    owners = [str(key).lower() for key in (call.body.get("owner_filter") or {}).get("userid_list") or []]
    if len(owners) > MAX_OWNERS:
        raise Refusal(BAD_PARAMETER, f"userid_list exceeds {MAX_OWNERS}")
    world = call.simulation.world
    if not owners and len(world.members) > UNFILTERED_MEMBERS:
        raise Refusal(TOO_WIDE, "owner_filter needed")
    found = [
        row
        for row in world.groups
        if not row.dissolved and call.app.sees(row.owner) and (not owners or row.owner.lower() in owners)
    ]
    rows, cursor = page_of(call, found, limit=limit)
    return {"group_chat_list": [{"chat_id": row.chat_id, "status": 0} for row in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/groupchat/get")
async def get_group(call: Call) -> dict[str, Any]:
    """One group with everybody in it; names only if they are asked for."""
    group = call.simulation.world.groups.get(call.text("chat_id", required=40063))
    if group is None or group.dissolved:
        raise Refusal(NO_SUCH_CHAT, "invalid chat id")
    if not call.app.sees(group.owner):
        raise Refusal(60011, "no privilege for the owner")
    named = bool(call.body.get("need_name"))
    shown = {
        "chat_id": group.chat_id,
        "name": group.name,
        "owner": group.owner,
        "create_time": group.created_at,
        "notice": group.notice,
        "member_list": [_person(call, key, fields, named) for key, fields in group.members.items()],
        "admin_list": [],
        "member_version": f"v{group.version}",
    }
    return {"group_chat": shown}


def found(simulation: Simulation, owner: str, name: str) -> CustomerGroup:
    """A member makes a group."""
    world, now = simulation.world, simulation.clock.seconds()
    group = CustomerGroup(world.new_id("wr", 32), name, owner, now)
    group.members[owner] = {"type": MEMBER, "join_time": now, "join_scene": INVITED}
    world.groups.put(group)
    group_event(simulation, "create", group.chat_id)
    return group


def join(simulation: Simulation, group: CustomerGroup, key: str, kind: int, scene: int = BY_CODE) -> None:
    """Somebody joins, by a code or invited."""
    if group.dissolved or key in group.members or len(group.members) >= LARGEST:
        raise ValueError("cannot join this group")
    group.members[key] = {"type": kind, "join_time": simulation.clock.seconds(), "join_scene": scene}
    if scene == INVITED:
        group.members[key]["invitor"] = {"userid": group.owner}
    _changed(simulation, group, "add_member", [key], JoinScene=str(scene))


def leave(simulation: Simulation, group: CustomerGroup, key: str, *, removed: bool = False) -> None:
    """Somebody leaves, or is removed."""
    if group.members.pop(key, None) is None:
        raise ValueError("not in this group")
    _changed(simulation, group, "del_member", [key], QuitScene="1" if removed else "0")


def rename(simulation: Simulation, group: CustomerGroup, name: str) -> None:
    """The group gets another name."""
    group.name = name
    _changed(simulation, group, "change_name", [])


def hand_on(simulation: Simulation, group: CustomerGroup, owner: str) -> None:
    """The group gets another owner."""
    group.owner = owner
    group.members.setdefault(owner, {"type": MEMBER, "join_time": simulation.clock.seconds(), "join_scene": INVITED})
    _changed(simulation, group, "change_owner", [])


def dissolve(simulation: Simulation, group: CustomerGroup) -> None:
    """The owner dissolves it."""
    group.dissolved = True
    simulation.world.groups.put(group)
    group_event(simulation, "dismiss", group.chat_id)


def _changed(simulation: Simulation, group: CustomerGroup, detail: str, keys: list[str], **scene: str) -> None:
    before = group.version
    if keys:
        group.version += 1
    simulation.world.groups.put(group)
    fields: dict[str, Any] = {"UpdateDetail": detail}
    if keys:
        fields |= scene | {
            "MemChangeCnt": str(len(keys)),
            "MemChangeList": {"Item": keys},
            "LastMemVer": f"v{before}",
            "CurMemVer": f"v{group.version}",
        }
    group_event(simulation, "update", group.chat_id, **fields)


def _person(call: Call, key: str, fields: dict[str, Any], named: bool) -> dict[str, Any]:
    world = call.simulation.world
    shown = {"userid": key, "group_nickname": "", **fields}
    person = world.person(key) if fields["type"] == CUSTOMER else None
    if person is not None and person.unionid:
        shown["unionid"] = person.unionid
    if named:
        member = world.member(key)
        shown["name"] = person.nickname if person else member.name if member else ""
    return shown
