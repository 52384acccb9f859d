"""Corp tags and which relation carries them (docs 92117, 92118)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, check_length
from simulator.records import Tag, TagGroup
from simulator.wecom import DOORS
from simulator.wecom.customers import require_friendship
from simulator.world import World

NAME_CHARS = 30
MAX_TAGS = 10_000
"""Per corp."""
MAX_ORDER = 2**32 - 1
INVALID_TAG = 40068
NOT_YOUR_TAG = 81011


@DOORS.post("externalcontact/get_corp_tag_list")
async def get_corp_tag_list(call: Call) -> dict[str, Any]:
    """Groups with their tags; group_id wins over tag_id."""
    wanted_groups, wanted_tags = set(call.body.get("group_id") or []), set(call.body.get("tag_id") or [])
    groups = []
    for group in call.simulation.world.tag_groups:
        tags = call.simulation.world.tags.where("group_id", group.group_id)
        if wanted_groups:
            tags = tags if group.group_id in wanted_groups else []
        elif wanted_tags:
            tags = [tag for tag in tags if tag.id in wanted_tags]
        if tags:
            groups.append(_shown(group, tags))
    return {"tag_group": groups}


@DOORS.post("externalcontact/add_corp_tag")
async def add_corp_tag(call: Call) -> dict[str, Any]:
    """New tags in a group that exists, or is made by its name."""
    world = call.simulation.world
    rows = call.items("tag", at_most=MAX_TAGS)
    if not rows:
        raise Refusal(40063, "tag missing")
    if len(world.tags) + len(rows) > MAX_TAGS:
        raise Refusal(40126, "corp tag limit reached")
    names = [_name(row) for row in rows]
    group = _group(call)
    taken = {tag.name for tag in world.tags.where("group_id", group.group_id)}
    if len(set(names)) < len(names) or taken & set(names):
        raise Refusal(40071, "tag name exists already")
    world.tag_groups.put(group)
    made = [
        world.tags.put(
            Tag(world.new_id("et"), name, group.group_id, _order(row), call.now, created_by=call.app.agent_id)
        )
        for name, row in zip(names, rows, strict=True)
    ]
    return {"tag_group": _shown(group, made)}


@DOORS.post("externalcontact/edit_corp_tag")
async def edit_corp_tag(call: Call) -> dict[str, Any]:
    """Rename or reorder a tag or a group this app created."""
    world = call.simulation.world
    key = call.text("id", required=40063)
    name = call.text("name", max_chars=NAME_CHARS)
    if tag := world.tags.get(key):
        _require_own(call, tag)
        tag.name, tag.order = name or tag.name, _order(call.body, tag.order)
        world.tags.put(tag)
    elif group := world.tag_groups.get(key):
        _require_own(call, group)
        group.group_name, group.order = name or group.group_name, _order(call.body, group.order)
        world.tag_groups.put(group)
    else:
        raise Refusal(INVALID_TAG, "invalid tag id")
    return {}


@DOORS.post("externalcontact/del_corp_tag")
async def del_corp_tag(call: Call) -> dict[str, Any]:
    """Delete tags and groups this app created; relations lose them, an empty group disappears."""
    world = call.simulation.world
    groups = set(call.body.get("group_id") or [])
    ids = set(call.body.get("tag_id") or []) | {tag.id for tag in world.tags if tag.group_id in groups}
    tags = [world.tags.get(key) for key in ids]
    if not ids:
        raise Refusal(INVALID_TAG, "tag_id and group_id empty")
    for tag in tags:
        if tag is None:
            raise Refusal(INVALID_TAG, "invalid tag id")
        _require_own(call, tag)
    for tag in tags:
        if tag is not None:
            remove_tag(call.simulation.world, tag)
    return {}


@DOORS.post("externalcontact/mark_tag")
async def mark_tag(call: Call) -> dict[str, Any]:
    """Add and remove tags of one (member, customer) pair."""
    pair = require_friendship(call, call.text("userid"), call.text("external_userid"))
    add = call.items("add_tag", at_most=MAX_TAGS)
    remove = set(call.items("remove_tag", at_most=MAX_TAGS))
    if not add and not remove:
        raise Refusal(40063, "add_tag and remove_tag empty")
    if any(call.simulation.world.tags.get(str(key)) is None for key in add):
        raise Refusal(INVALID_TAG, "invalid tag id")
    pair.tag_ids = [key for key in dict.fromkeys([*pair.tag_ids, *map(str, add)]) if key not in remove]
    call.simulation.world.friendships.put(pair)
    return {}


def _group(call: Call) -> TagGroup:
    world = call.simulation.world
    if group_id := call.text("group_id"):
        if found := world.tag_groups.get(group_id):
            return found
        raise Refusal(INVALID_TAG, "invalid group_id")
    name = call.text("group_name", required=40063, max_chars=NAME_CHARS)
    found = next((group for group in world.tag_groups if group.group_name == name), None)
    return found or TagGroup(world.new_id("etg"), name, _order(call.body), call.now, created_by=call.app.agent_id)


def remove_tag(world: World, tag: Tag) -> None:
    """Take a tag out of the corp: relations lose it, an empty group disappears."""
    world.tags.remove(tag)
    for pair in world.friendships:
        if tag.id in pair.tag_ids:
            pair.tag_ids.remove(tag.id)
            world.friendships.put(pair)
    group = world.tag_groups.get(tag.group_id)
    if group and not world.tags.where("group_id", tag.group_id):
        world.tag_groups.remove(group)


def _require_own(call: Call, row: Tag | TagGroup) -> None:
    if row.created_by != call.app.agent_id:
        raise Refusal(NOT_YOUR_TAG, "no right on this tag")


def _name(row: Any) -> str:
    name = str(row.get("name", "")) if isinstance(row, dict) else ""
    if not name:
        raise Refusal(40063, "tag.name missing")
    check_length("tag.name", name, max_chars=NAME_CHARS)
    return name


def _order(row: dict[str, Any], default: int = 0) -> int:
    order = int(row.get("order") or default)
    if not 0 <= order <= MAX_ORDER:
        raise Refusal(BAD_PARAMETER, "order out of range")
    return order


def _shown(group: TagGroup, tags: list[Tag]) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "group_name": group.group_name,
        "create_time": group.create_time,
        "order": group.order,
        "deleted": False,
        "tag": [
            {"id": tag.id, "name": tag.name, "create_time": tag.create_time, "order": tag.order, "deleted": False}
            for tag in sorted(tags, key=lambda tag: -tag.order)
        ],
    }
