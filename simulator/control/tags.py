"""What an administrator does with the corp's tags; unlike the API this causes `change_external_tag` (doc 92130)."""

from typing import Any

from simulator.control.hands import Hand, HandRefused, route
from simulator.records import Tag, TagGroup
from simulator.wecom.callbacks import tag_event
from simulator.wecom.tags import remove_tag


@route("POST", "/tags/add")
async def add_tag(hand: Hand) -> Any:
    """Make a tag, and its group if there is none of this name: `{group_name, name}`."""
    world, now = hand.simulation.world, int(hand.simulation.clock.timestamp())
    group_name, name = str(hand.need("group_name")), str(hand.need("name"))
    group = next((each for each in world.tag_groups if each.group_name == group_name), None)
    group = group or world.tag_groups.put(TagGroup(world.new_id("etg"), group_name, 0, now, created_by=0))
    if name in {tag.name for tag in world.tags.where("group_id", group.group_id)}:
        raise HandRefused(409, "tag_exists", "the group has such a tag")
    tag = world.tags.put(Tag(world.new_id("et"), name, group.group_id, 0, now, created_by=0))
    tag_event(hand.simulation, "create", tag.id, "tag")
    return tag


@route("POST", "/tags/edit")
async def edit_tag(hand: Hand) -> Any:
    """Rename a tag or a group: `{id, name}`."""
    world, key, name = hand.simulation.world, str(hand.need("id")), str(hand.need("name"))
    if tag := world.tags.get(key):
        tag.name = name
        world.tags.put(tag)
        tag_event(hand.simulation, "update", key, "tag")
        return tag
    if group := world.tag_groups.get(key):
        group.group_name = name
        world.tag_groups.put(group)
        tag_event(hand.simulation, "update", key, "tag_group")
        return group
    raise HandRefused(404, "no_tag", "no such tag or group")


@route("POST", "/tags/delete")
async def delete_tag(hand: Hand) -> Any:
    """Delete a tag, or a group with all its tags: one event for the group, none for its tags: `{id}`."""
    world, key = hand.simulation.world, str(hand.need("id"))
    tags = [tag for tag in [world.tags.get(key)] if tag is not None]
    kind = "tag" if tags else "tag_group"
    if not tags:
        tags = world.tags.where("group_id", key)
    if not tags:
        raise HandRefused(404, "no_tag", "no such tag or group")
    for tag in tags:
        remove_tag(world, tag)
    tag_event(hand.simulation, "delete", key, kind)
    return {"deleted": [tag.id for tag in tags]}
