"""The people with a WeChat account, the members, departments and apps, and how to bring in many at once."""

from dataclasses import asdict
from typing import Any

from simulator.control.hands import Hand, HandRefused, find_member, find_person, route
from simulator.records import (
    Agent,
    CustomerGroup,
    Department,
    Friendship,
    MassMessage,
    MassTask,
    Member,
    Person,
    Resigned,
    Tag,
    TagGroup,
)
from simulator.records_weixin import SubscribeTemplate
from simulator.simulation import Simulation
from simulator.wecom import groups
from simulator.wecom.customers import WECOM_USER
from simulator.wecom.mass_messages import NOT_SENT
from simulator.world import OPENID_LENGTH, field_names

PAGE_LIMIT = 500


@route("GET", "/people")
async def list_people(hand: Hand) -> Any:
    """People by name or phone, newest last."""
    text, limit = hand.query.get("text", ""), hand.number("limit", 100, PAGE_LIMIT)
    found = [row for row in hand.simulation.world.people if text in row.nickname or text in row.phone]
    return {"people": found[:limit], "total": len(found)}


@route("POST", "/people")
async def create_person(hand: Hand) -> Any:
    """A new WeChat account; the same person_id or phone changes the one there is."""
    person = put_person(hand.simulation, hand.body)
    hand.simulation.stream.publish("person", asdict(person))
    return person


@route("GET", "/people/<person_id:str>")
async def show_person(hand: Hand) -> Any:
    """A person with the members they have as friends."""
    person, world = hand.person(), hand.simulation.world
    return asdict(person) | {"friendships": world.friendships.where("external_userid", person.external_userid)}


@route("GET", "/staff")
async def list_staff(hand: Hand) -> Any:
    """Members and departments."""
    world = hand.simulation.world
    return {"staff": list(world.members), "departments": list(world.departments)}


@route("POST", "/staff")
async def put_staff(hand: Hand) -> Any:
    """A member, new or changed."""
    return put_member(hand.simulation, hand.body)


@route("POST", "/agents")
async def put_agent(hand: Hand) -> Any:
    """Another app of the corp, or other settings of one: trusted_ips, visible_userids, callback_…"""
    world = hand.simulation.world
    known = world.agents.get(str(hand.need("agent_id")))
    values = (asdict(known) if known else {}) | _known_fields(Agent, hand.body)
    if not values.get("secret"):
        raise HandRefused(422, "missing_field", "secret is needed")
    agent = world.agents.put(Agent(**values))
    return {"agent_id": agent.agent_id, "visible_userids": agent.visible_userids, "trusted_ips": agent.trusted_ips}


@route("POST", "/templates")
async def put_templates(hand: Hand) -> Any:
    """Register subscribe-message templates: `{templates: [{template_id, title, keys, labels}]}`."""
    for row in hand.need("templates"):
        hand.simulation.world.templates.put(SubscribeTemplate(**_known_fields(SubscribeTemplate, row)))
    return {"templates": list(hand.simulation.world.templates)}


@route("POST", "/import")
async def bring_in(hand: Hand) -> Any:
    """Departments, staff, people, tags, friendships: thousands at once, without callbacks; repeating it is harmless.

    `resigned` are the userids of members who left the corp without an event; unknown ones are ignored.
    """
    simulation, body = hand.simulation, hand.body
    for row in body.get("departments") or []:
        simulation.world.departments.put(Department(**_known_fields(Department, row)))
    for row in body.get("staff") or []:
        put_member(simulation, row)
    for row in body.get("templates") or []:
        simulation.world.templates.put(SubscribeTemplate(**_known_fields(SubscribeTemplate, row)))
    for row in body.get("tag_groups") or []:
        _put_tags(simulation, row)
    people = [put_person(simulation, row) for row in body.get("people") or []]
    friendships = [_put_friendship(simulation, row) for row in body.get("friendships") or []]
    for row in body.get("groups") or []:
        _put_group(simulation, row)
    for row in body.get("group_messages") or []:
        _put_group_message(simulation, row)
    for userid in body.get("resigned") or []:
        if member := simulation.world.member(str(userid)):
            simulation.world.members.remove(member)
            simulation.world.resigned.put(Resigned(member.userid, simulation.clock.seconds()))
    simulation.stream.publish("imported", {"people": len(people), "friendships": len(friendships)})
    return {
        "staff": len(body.get("staff") or []),
        "people": [
            {name: getattr(row, name) for name in ("person_id", "external_userid", "openid", "unionid")}
            for row in people
        ],
        "friendships": len(friendships),
    }


def _put_group(simulation: Simulation, row: dict[str, Any]) -> None:
    """A customer group: `chat_id`, `name`, `owner`, `created_at`, and `customers` as external_userids."""
    joined = {"join_time": int(row["created_at"]), "join_scene": groups.BY_CODE}
    owner = find_member(simulation, str(row["owner"])).userid
    people = {owner: {**joined, "type": groups.MEMBER}}
    people |= {str(key): {**joined, "type": groups.CUSTOMER} for key in row.get("customers") or []}
    simulation.world.groups.put(
        CustomerGroup(str(row["chat_id"]), str(row["name"]), owner, int(row["created_at"]), members=people)
    )


def _put_group_message(simulation: Simulation, row: dict[str, Any]) -> None:
    """One that waits for the owner of customer groups: `msgid`, `userid`, `chat_ids`, `text`, `created_at`."""
    owner, msgid = find_member(simulation, str(row["userid"])).userid, str(row["msgid"])
    body = {"text": {"content": str(row["text"])}, "attachments": []}
    simulation.world.mass_messages.put(MassMessage(msgid, "app", "group", body, int(row["created_at"])))
    results = {str(chat_id): [NOT_SENT, 0] for chat_id in row["chat_ids"]}
    simulation.world.mass_tasks.put(MassTask(msgid, owner, results))


def put_person(simulation: Simulation, row: dict[str, Any]) -> Person:
    """Create or change a person; ids not given are derived from person_id (or the phone), so they never change."""
    world = simulation.world
    phone = str(row.get("phone") or "")
    person_id = str(row.get("person_id") or (world.derived_id("p", phone, 12) if phone else world.new_id("p", 12)))
    known = world.people.get(person_id)
    values = (asdict(known) if known else {"created_at": simulation.clock.seconds()}) | _known_fields(Person, row)
    values["person_id"], values["phone"] = person_id, phone or (known.phone if known else "")
    values.setdefault("nickname", "微信用户")
    for name, prefix, length in (
        ("unionid", "oU", OPENID_LENGTH),
        ("openid", "oM", OPENID_LENGTH),
        ("external_userid", "wo" if values.get("type") == WECOM_USER else "wm", 32),
    ):
        if not values.get(name):
            values[name] = world.derived_id(prefix, person_id, length)
    if known:
        # Indexed fields may change here (a new phone): take the old row out of its indexes first.
        world.people.remove(known)
    return world.people.put(Person(**values))


def put_member(simulation: Simulation, row: dict[str, Any]) -> Member:
    """Create or change a member."""
    if not row.get("userid"):
        raise HandRefused(422, "missing_field", "userid is needed")
    known = simulation.world.member(str(row["userid"]))
    values = (asdict(known) if known else {"name": str(row["userid"])}) | _known_fields(Member, row)
    member = simulation.world.members.put(Member(**values))
    simulation.stream.publish("member", asdict(member))
    return member


def _put_friendship(simulation: Simulation, row: dict[str, Any]) -> Friendship:
    member = find_member(simulation, str(row.get("userid", "")))
    person = find_person(simulation, str(row.get("external_userid") or row.get("person_id") or ""))
    known = simulation.world.friendship(member.userid, person.external_userid)
    values = asdict(known) if known else {"created_at": simulation.clock.seconds()}
    values |= _known_fields(Friendship, {name: value for name, value in row.items() if name != "person_id"})
    values |= {"userid": member.userid, "external_userid": person.external_userid}
    return simulation.world.friendships.put(Friendship(**values))


def _put_tags(simulation: Simulation, row: dict[str, Any]) -> None:
    world, now = simulation.world, simulation.clock.seconds()
    created_by = int(row.get("created_by") or 0)
    group_id = str(row.get("group_id") or world.derived_id("etg", str(row["group_name"])))
    world.tag_groups.put(TagGroup(group_id, str(row["group_name"]), 0, now, created_by))
    for tag in row.get("tags") or []:
        tag_id = str(tag.get("id") or world.derived_id("et", f"{group_id}|{tag['name']}"))
        world.tags.put(Tag(tag_id, str(tag["name"]), group_id, 0, now, created_by))


def _known_fields(row_type: type, row: dict[str, Any]) -> dict[str, Any]:
    unknown = set(row) - field_names(row_type)
    if unknown:
        raise HandRefused(422, "unknown_field", f"unknown: {', '.join(sorted(unknown))}")
    return dict(row)
