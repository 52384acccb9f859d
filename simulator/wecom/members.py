"""Employees, departments and tags as a self-built app may read them (docs 90196, 90200, 90208, 90213, 90214)."""

from dataclasses import asdict
from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import Member
from simulator.wecom import DOORS
from simulator.wecom.login import corp_openid
from simulator.wecom.tokens import require_visible

UNKNOWN_USER = 60111
LIST_ID_LIMIT = 10_000


@DOORS.get("user/get")
async def user_get(call: Call) -> dict[str, Any]:
    """One member. Apps made after 2022-06-20 do not get phone, mail, avatar or QR code."""
    member = _member(call, call.query.get("userid", ""))
    return _full(call, member)


@DOORS.get("user/simplelist")
async def user_simplelist(call: Call) -> dict[str, Any]:
    """The direct members of a department."""
    return {"userlist": [_brief(call, member) for member in _members_of(call)]}


@DOORS.get("user/list")
async def user_list(call: Call) -> dict[str, Any]:
    """The members of a department with everything the app may see."""
    return {"userlist": [_full(call, member) for member in _members_of(call)]}


@DOORS.get("tag/list")
async def tag_list(call: Call) -> dict[str, Any]:
    """The tags of the address book."""
    return {"taglist": [{"tagid": tag.tagid, "tagname": tag.tagname} for tag in call.simulation.world.member_tags]}


@DOORS.get("tag/get")
async def tag_get(call: Call) -> dict[str, Any]:
    """The carriers of a tag: members by name, and departments, which stand for their direct members."""
    tag = call.simulation.world.member_tags.get(call.query.get("tagid", ""))
    if tag is None:
        raise Refusal(40068, "invalid tagid")
    members = [call.simulation.world.member(userid) for userid in tag.userids]
    seen = [member for member in members if member is not None and call.app.sees(member.userid)]
    return {
        "tagname": tag.tagname,
        "userlist": [{"userid": member.userid, "name": member.name} for member in seen],
        "partylist": list(tag.departments),
    }


@DOORS.post("user/list_id")
async def user_list_id(call: Call) -> dict[str, Any]:
    """Every member's userid with each of their departments, page by page."""
    limit = int(call.body.get("limit") or LIST_ID_LIMIT)
    if not 1 <= limit <= LIST_ID_LIMIT:
        raise Refusal(BAD_PARAMETER, f"limit must be 1 to {LIST_ID_LIMIT}")
    pairs = [
        {"userid": member.userid, "department": department}
        for member in call.simulation.world.members
        if call.app.sees(member.userid)
        for department in member.department
    ]
    rows, cursor = page_of(call, pairs, limit=limit)
    return {"dept_user": rows, "next_cursor": cursor}


@DOORS.post("user/convert_to_openid")
async def user_convert_to_openid(call: Call) -> dict[str, Any]:
    """A member's openid, for payments to them."""
    member = _member(call, call.text("userid", required=40063))
    return {"openid": corp_openid(call.simulation, f"member|{member.userid.lower()}")}


@DOORS.post("user/convert_to_userid")
async def user_convert_to_userid(call: Call) -> dict[str, Any]:
    """The member to whom an openid belongs."""
    wanted = call.text("openid", required=40063)
    for member in call.simulation.world.members:
        if corp_openid(call.simulation, f"member|{member.userid.lower()}") == wanted and call.app.sees(member.userid):
            return {"userid": member.userid}
    raise Refusal(40003, "invalid openid")


@DOORS.get("department/list")
async def department_list(call: Call) -> dict[str, Any]:
    """A department and everything below it; the whole tree without an id."""
    return {"department": [asdict(row) | {"name_en": "", "department_leader": []} for row in _tree(call)]}


@DOORS.get("department/get")
async def department_get(call: Call) -> dict[str, Any]:
    """One department."""
    found = call.simulation.world.departments.get(call.query.get("id", ""))
    if found is None:
        raise Refusal(60003, "department not found")
    return {"department": asdict(found) | {"name_en": "", "department_leader": []}}


@DOORS.get("department/simplelist")
async def department_simplelist(call: Call) -> dict[str, Any]:
    """The ids of the tree."""
    return {"department_id": [{"id": row.id, "parentid": row.parentid, "order": row.order} for row in _tree(call)]}


def _member(call: Call, userid: str) -> Member:
    member = call.simulation.world.member(userid)
    if member is None:
        raise Refusal(UNKNOWN_USER, "userid not found")
    require_visible(call, member.userid)
    return member


def _tree(call: Call, below: int = 0) -> list[Any]:
    rows = sorted(call.simulation.world.departments, key=lambda row: row.id)
    if not (root := below or call.query.get("id")):
        return rows
    wanted = {int(root)}
    if not any(row.id in wanted for row in rows):
        raise Refusal(60003, "department not found")
    for _ in rows:
        wanted |= {row.id for row in rows if row.parentid in wanted}
    return [row for row in rows if row.id in wanted]


def _members_of(call: Call) -> list[Member]:
    """The direct members of a department; with the earlier `fetch_child=1` also those below it."""
    department = int(call.query.get("department_id") or 1)
    if not call.simulation.world.departments.get(str(department)):
        raise Refusal(60003, "department not found")
    wanted = {department}
    if call.query.get("fetch_child") == "1":
        wanted = {row.id for row in _tree(call, department)}
    return [
        member
        for member in call.simulation.world.members
        if wanted & set(member.department) and call.app.sees(member.userid)
    ]


def _full(call: Call, member: Member) -> dict[str, Any]:
    personal = {"mobile": member.mobile, "email": member.email, "gender": "0", "avatar": ""}
    return (
        _brief(call, member)
        | {
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
        | (personal if call.app.gets_personal_fields else {})
    )


def _brief(call: Call, member: Member) -> dict[str, Any]:
    return {
        "userid": member.userid,
        "name": member.name,
        "department": member.department,
        "open_userid": call.simulation.world.derived_id("wo", member.userid.lower()),
    }
