"""Employees and departments as a self-built app may read them (docs 90196, 90200, 90208)."""

from dataclasses import asdict
from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import Member
from simulator.wecom import DOORS
from simulator.wecom.tokens import require_visible

UNKNOWN_USER = 60111


@DOORS.get("user/get")
async def user_get(call: Call) -> dict[str, Any]:
    """One member. Apps made after 2022-06-20 do not get phone, mail, avatar or QR code."""
    member = call.simulation.world.member(call.query.get("userid", ""))
    if member is None:
        raise Refusal(UNKNOWN_USER, "userid not found")
    require_visible(call, member.userid)
    return _brief(call, member) | {
        "order": [0 for _ in member.department],
        "position": member.position,
        "is_leader_in_dept": [0 for _ in member.department],
        "direct_leader": [],
        "alias": "",
        "telephone": "",
        "main_department": member.department[0],
        "extattr": {"attrs": []},
        "status": member.status,
        "external_position": member.position,
    }


@DOORS.get("user/simplelist")
async def user_simplelist(call: Call) -> dict[str, Any]:
    """The direct members of a department."""
    return {"userlist": [_brief(call, member) for member in _members_of(call)]}


@DOORS.get("user/list")
async def user_list(call: Call) -> dict[str, Any]:
    """The direct members of a department with position and status."""
    rows = [
        _brief(call, member) | {"position": member.position, "status": member.status} for member in _members_of(call)
    ]
    return {"userlist": rows}


@DOORS.get("department/list")
async def department_list(call: Call) -> dict[str, Any]:
    """A department and everything below it; the whole tree without an id."""
    return {"department": [asdict(row) | {"name_en": "", "department_leader": []} for row in _tree(call)]}


@DOORS.get("department/simplelist")
async def department_simplelist(call: Call) -> dict[str, Any]:
    """The ids of the tree."""
    return {"department_id": [{"id": row.id, "parentid": row.parentid, "order": row.order} for row in _tree(call)]}


def _tree(call: Call) -> list[Any]:
    rows = sorted(call.simulation.world.departments, key=lambda row: row.id)
    if not (root := call.query.get("id")):
        return rows
    wanted = {int(root)}
    if not any(row.id in wanted for row in rows):
        raise Refusal(60003, "department not found")
    for _ in rows:
        wanted |= {row.id for row in rows if row.parentid in wanted}
    return [row for row in rows if row.id in wanted]


def _members_of(call: Call) -> list[Member]:
    department = int(call.query.get("department_id") or 1)
    if not call.simulation.world.departments.get(str(department)):
        raise Refusal(60003, "department not found")
    visible = call.app.visible_userids
    return [
        member
        for member in call.simulation.world.members
        if department in member.department and (visible is None or member.userid in visible)
    ]


def _brief(call: Call, member: Member) -> dict[str, Any]:
    return {
        "userid": member.userid,
        "name": member.name,
        "department": member.department,
        "open_userid": call.simulation.world.derived_id("wo", member.userid.lower()),
    }
