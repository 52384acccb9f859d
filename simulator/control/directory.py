"""What an administrator does in the address book; each act causes `change_contact`, as in the platform's own console.

The bodies take `full`: whether the event tells what changed, as for callbacks set up before 2022-08-15, or little more
than the userid (doc 90970).
"""

from dataclasses import asdict, replace
from typing import Any

from simulator.control.hands import Hand, HandRefused, route
from simulator.control.people import put_member
from simulator.records import Department, Member, MemberTag, Resigned
from simulator.simulation import Simulation
from simulator.tables import Row, Table
from simulator.wecom.callbacks import department_event, directory_event, member_tag_event

_TOLD = {"name": "Name", "position": "Position", "status": "Status"}


@route("POST", "/directory/members")
async def hire(hand: Hand) -> Any:
    """Add a member: `{userid, name, position?, department?, status?, full?}`."""
    if hand.simulation.world.member(str(hand.need("userid"))) is not None:
        raise HandRefused(409, "member_exists", "there is such a member")
    member = put_member(hand.simulation, _without_full(hand.body))
    _tell(hand, "create_user", member, _TOLD)
    return member


@route("POST", "/directory/members/<userid:str>/edit")
async def edit_member(hand: Hand) -> Any:
    """Change a member: `{name?, position?, department?, status?, full?}`; status 2 disables, 1 enables."""
    before = hand.member()
    member = put_member(hand.simulation, asdict(before) | _without_full(hand.body))
    _tell(hand, "update_user", member, {name: word for name, word in _TOLD.items() if name in hand.body})
    return member


@route("POST", "/directory/members/<userid:str>/rename")
async def rename_member(hand: Hand) -> Any:
    """Give a member another userid, which happens once in a member's life: `{new_userid}`."""
    simulation, member, new = hand.simulation, hand.member(), str(hand.need("new_userid"))
    if simulation.world.member(new) is not None:
        raise HandRefused(409, "member_exists", "there is such a member")
    _move_rows(simulation, member.userid, new)
    simulation.world.members.remove(member)
    renamed = simulation.world.members.put(replace(member, userid=new))
    directory_event(simulation, "update_user", member.userid, NewUserID=new, Department=_departments(renamed))
    simulation.stream.publish("member", asdict(renamed))
    return renamed


@route("POST", "/directory/members/<userid:str>/delete")
async def dismiss(hand: Hand) -> Any:
    """The member leaves the corp; they stay in their customers' friend lists but never answer."""
    member = hand.member()
    hand.simulation.world.members.remove(member)
    hand.simulation.world.resigned.put(Resigned(member.userid, hand.simulation.clock.seconds()))
    directory_event(hand.simulation, "delete_user", member.userid, Department=_departments(member))
    return member


@route("POST", "/directory/departments")
async def put_department(hand: Hand) -> Any:
    """Add or change a department: `{id, name, parentid?, order?}`."""
    world, number = hand.simulation.world, int(hand.need("id"))
    known = world.departments.get(str(number))
    values = asdict(known) if known else {"id": number, "name": "", "parentid": 1}
    department = world.departments.put(Department(**values | hand.body))
    department_event(hand.simulation, "update_party" if known else "create_party", department)
    return department


@route("POST", "/directory/departments/<number:str>/delete")
async def delete_department(hand: Hand) -> Any:
    """Remove a department without members."""
    world = hand.simulation.world
    department = world.departments.get(hand.path["number"])
    if department is None:
        raise HandRefused(404, "no_such_department", "there is no such department")
    if any(department.id in member.department for member in world.members):
        raise HandRefused(409, "department_has_members", "it has members")
    world.departments.remove(department)
    department_event(hand.simulation, "delete_party", department)
    return department


@route("POST", "/directory/tags")
async def put_member_tag(hand: Hand) -> Any:
    """Add or change a tag: `{tagid, tagname, userids?, departments?}`; who carries it is told as added and removed."""
    world, number = hand.simulation.world, int(hand.need("tagid"))
    known = world.member_tags.get(str(number))
    before = set(known.userids) if known else set()
    values = asdict(known) if known else {"tagid": number, "tagname": str(number)}
    tag = world.member_tags.put(MemberTag(**values | hand.body))
    member_tag_event(hand.simulation, tag, sorted(set(tag.userids) - before), sorted(before - set(tag.userids)))
    return tag


def _tell(hand: Hand, change_type: str, member: Member, words: dict[str, str]) -> None:
    told = {word: str(getattr(member, name)) for name, word in words.items()} if hand.body.get("full") else {}
    directory_event(hand.simulation, change_type, member.userid, Department=_departments(member), **told)


def _departments(member: Member) -> str:
    return ",".join(str(department) for department in member.department)


def _without_full(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "full"}


def _move_rows(simulation: Simulation, old: str, new: str) -> None:
    """Friends, chats, messages and tasks follow the member to the new name."""
    world = simulation.world
    _move(world.friendships, old, new)
    _move(world.inbox, old, new)
    _move(world.mass_tasks, old, new)
    for chat in world.chats:
        if chat.userid.lower() == old.lower():
            world.chats.remove(chat)
            world.chats.put(replace(chat, userid=new))


def _move(table: Table[Row], old: str, new: str) -> None:
    for row in table.where("userid", old.lower()):
        table.remove(row)
        table.put(replace(row, userid=new))
