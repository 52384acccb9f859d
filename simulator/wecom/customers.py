"""Reading customers and noting remarks (docs 92571, 92113, 92114, 92994, 92115)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import Friendship, Member, Person
from simulator.wecom import DOORS
from simulator.wecom.login import corp_openid
from simulator.wecom.tokens import require_visible

NOT_A_CUSTOMER = 84061
FOLLOWERS_PER_PAGE = 500
BATCH_USERS = 100
BATCH_LIMIT = 100
BATCH_DEFAULT = 50
REMARK_CHARS = 20
WECOM_USER = 2
"""A customer who works in another corp and so has no unionid, gets no welcome and does not use our mini program."""
DESCRIPTION_CHARS = 150


def require_member(call: Call, userid: str) -> Member:
    """The member, inside the corp, the visible range and the customer-contact range."""
    member = call.simulation.world.member(userid)
    if member is None:
        raise Refusal(40003, "invalid userid")
    require_visible(call, member.userid, 60011)
    if not member.has_customer_contact:
        raise Refusal(610004, "userid outside the customer contact range")
    return member


def require_friendship(call: Call, userid: str, external_userid: str) -> Friendship:
    """The living relation of a member and a customer (84061 otherwise)."""
    if not external_userid:
        raise Refusal(41035, "external_userid missing")
    if call.simulation.world.person(external_userid) is None:
        raise Refusal(40096, "invalid external_userid")
    pair = call.simulation.world.friendship(require_member(call, userid).userid, external_userid)
    if pair is None or not pair.alive:
        raise Refusal(NOT_A_CUSTOMER, "not external contact")
    return pair


@DOORS.get("externalcontact/get_follow_user_list")
async def get_follow_user_list(call: Call) -> dict[str, Any]:
    """Members who may have customers."""
    return {
        "follow_user": [
            row.userid
            for row in call.simulation.world.members
            if row.has_customer_contact and call.app.sees(row.userid)
        ]
    }


@DOORS.get("externalcontact/list")
async def list_customers(call: Call) -> dict[str, Any]:
    """The customers of one member; 84061 for a member without any."""
    member = require_member(call, call.query.get("userid", ""))
    pairs = [pair for pair in call.simulation.world.friendships.where("userid", member.userid.lower()) if pair.alive]
    if not pairs:
        raise Refusal(NOT_A_CUSTOMER, "not external contact")
    return {"external_userid": [pair.external_userid for pair in pairs]}


@DOORS.get("externalcontact/get")
async def get_customer(call: Call) -> dict[str, Any]:
    """One customer with the members who follow them, 500 per page."""
    world = call.simulation.world
    external_userid = call.query.get("external_userid", "")
    if not external_userid:
        raise Refusal(41035, "external_userid missing")
    person = world.person(external_userid)
    if person is None:
        raise Refusal(40096, "invalid external_userid")
    pairs = [
        pair
        for pair in world.friendships.where("external_userid", external_userid)
        if pair.alive and call.app.sees(pair.userid)
    ]
    if not pairs:
        raise Refusal(NOT_A_CUSTOMER, "not external contact")
    rows, cursor = page_of(call, pairs, limit=FOLLOWERS_PER_PAGE)
    answer = {"external_contact": _contact(call, person), "follow_user": [_follow_user(call, row) for row in rows]}
    return answer | ({"next_cursor": cursor} if cursor else {})


@DOORS.post("externalcontact/batch/get_by_user")
async def batch_get_by_user(call: Call) -> dict[str, Any]:
    """Customers of up to 100 members, page by page; corp tags come as `tag_id` here."""
    # An earlier form of the call named one member; older clients still send it.
    userids = call.items("userid_list", at_most=BATCH_USERS, errcode=40032) or [call.text("userid")]
    userids = [userid for userid in userids if userid]
    if not userids:
        raise Refusal(40031, "userid_list missing")
    world = call.simulation.world
    pairs: list[Friendship] = []
    for userid in userids:
        member = require_member(call, str(userid))
        pairs += [pair for pair in world.friendships.where("userid", member.userid.lower()) if pair.alive]
    limit = int(call.body.get("limit") or BATCH_DEFAULT)
    if not 1 <= limit <= BATCH_LIMIT:
        raise Refusal(BAD_PARAMETER, "limit must be 1 to 100")
    rows, cursor = page_of(call, pairs, limit=limit)
    found = [
        {"external_contact": _contact(call, person), "follow_info": _follow_info(row)}
        for row in rows
        if (person := world.person(row.external_userid))
    ]
    return {"external_contact_list": found, "next_cursor": cursor, "fail_info": {"unlicensed_userid_list": []}}


@DOORS.post("externalcontact/remark")
async def remark(call: Call) -> dict[str, Any]:
    """Note a remark on the relation; what is absent stays, phones overwrite all."""
    pair = require_friendship(call, call.text("userid"), call.text("external_userid"))
    names = ("remark", "description", "remark_company", "remark_mobiles", "remark_pic_mediaid")
    if not any(name in call.body for name in names):
        raise Refusal(40063, "at least one remark field is needed")
    if "remark" in call.body:
        pair.remark = call.text("remark", max_chars=REMARK_CHARS)
    if "description" in call.body:
        pair.description = call.text("description", max_chars=DESCRIPTION_CHARS)
    if "remark_company" in call.body:
        person = call.simulation.world.person(pair.external_userid)
        if person is not None and person.type == WECOM_USER:
            raise Refusal(BAD_PARAMETER, "remark_company is for WeChat users only")
        pair.remark_corp_name = call.text("remark_company", max_chars=REMARK_CHARS)
    if "remark_mobiles" in call.body:
        pair.remark_mobiles = [str(phone) for phone in call.items("remark_mobiles", at_most=5) if phone]
    call.simulation.world.friendships.put(pair)
    return {}


@DOORS.post("externalcontact/convert_to_openid")
async def convert_to_openid(call: Call) -> dict[str, Any]:
    """The customer's openid towards the corp, for payments; 41057 without a bound developer account."""
    external_userid = call.text("external_userid", required=41035)
    person = call.simulation.world.person(external_userid)
    if person is None:
        raise Refusal(40096, "invalid external_userid")
    if not call.simulation.settings.developer_account_bound:
        raise Refusal(41057, "no developer account bound")
    if person.type == WECOM_USER:
        raise Refusal(41056, "not a WeChat user")
    return {"openid": corp_openid(call.simulation, person.person_id)}


def _contact(call: Call, person: Person) -> dict[str, Any]:
    contact = {
        "external_userid": person.external_userid,
        "name": person.nickname,
        "avatar": person.avatar,
        "type": person.type,
        "gender": person.gender,
        "future_contact_field": "later",
    }
    if person.type == WECOM_USER:
        corp = {"corp_name": person.corp_name, "corp_full_name": person.corp_full_name, "position": person.position}
        return contact | corp | {"external_profile": {"external_attr": []}}
    return contact | ({"unionid": person.unionid} if call.simulation.settings.developer_account_bound else {})


def _follow_user(call: Call, pair: Friendship) -> dict[str, Any]:
    return _relation(pair) | {"tags": [_tag(call, tag_id) for tag_id in pair.tag_ids]}


def _follow_info(pair: Friendship) -> dict[str, Any]:
    return _relation(pair) | {"tag_id": list(pair.tag_ids)}


def _relation(pair: Friendship) -> dict[str, Any]:
    relation = {
        "userid": pair.userid,
        "remark": pair.remark,
        "description": pair.description,
        "createtime": pair.created_at,
        "remark_corp_name": pair.remark_corp_name,
        "remark_mobiles": list(pair.remark_mobiles),
        "add_way": pair.add_way,
        "oper_userid": pair.external_userid if pair.add_way == 1 else pair.userid,
    }
    return relation | ({"state": pair.state} if pair.state else {})


def _tag(call: Call, tag_id: str) -> dict[str, Any]:
    world = call.simulation.world
    tag = world.tags.get(tag_id)
    group = world.tag_groups.get(tag.group_id) if tag else None
    return {
        "group_name": group.group_name if group else "",
        "tag_name": tag.name if tag else "",
        "tag_id": tag_id,
        "type": 1,
    }
