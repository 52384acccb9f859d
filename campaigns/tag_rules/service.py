"""A segment begins and ends to carry a tag."""

from campaigns.scope import as_stores, stores_of, within
from campaigns.segments.conditions.people import HasTag
from campaigns.segments.definition import Group, conditions_in, parse
from campaigns.segments.errors import SegmentNotFound
from campaigns.segments.models import Segment
from campaigns.tag_rules import running
from campaigns.tag_rules.errors import AsksForItself, TagCarriedAlready, TagRuleNotFound
from campaigns.tag_rules.models import TagRule
from crm_core.customers.tags import holding, keeping
from crm_core.customers.tags.errors import TagInUse, TagNotFound
from crm_core.customers.tags.models import Tag
from crm_core.customers.tags.rules import TagState
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.refs import Ref


async def carry(actor: Actor, segment_id: int, tag_id: int) -> None:
    """Have the people of the segment carry the tag, from now on; another tag it carried ends.

    Raises:
        SegmentNotFound, TagNotFound.
        TagCarriedAlready: another segment carries it.
        AsksForItself: the segment asks about this tag.
    """
    async with database.transaction():
        segment = await _segment(actor, segment_id)
        # Nobody deletes the tag between the look at it and the rule.
        await database.advisory_lock(holding.TAGS_CHANGE)
        tag = await Tag.get_or_none(id=tag_id)
        if tag is None or tag.state is TagState.ENDING:
            raise TagNotFound
        if tag.name in _asked_tags(parse(segment.definition)):
            raise AsksForItself
        before = await TagRule.get_or_none(segment_id=segment.id)
        if before is not None and before.tag_id == tag.id:
            return
        if await TagRule.filter(tag_id=tag.id).exists():
            raise TagCarriedAlready
        if before is not None:
            await _end(before)
        await TagRule.create(segment_id=segment.id, tag_id=tag.id, set_by_id=actor.id, set_at=clock.now())
        await audit.note(actor, "tags.carry", Ref("segment", segment.id), tag=tag.name, segment=segment.name)
        await running.expect(tag.id)


async def stop(actor: Actor, segment_id: int) -> None:
    """Let the segment carry no tag; whoever has the tag only by it loses it.

    Raises:
        SegmentNotFound, TagRuleNotFound.
    """
    async with database.transaction():
        segment = await _segment(actor, segment_id)
        rule = await _rule(segment.id)
        await _end(rule)
        await audit.note(actor, "tags.stop_carrying", Ref("segment", segment.id), segment=segment.name)


async def end_tag(actor: Actor, tag_id: int) -> None:
    """Delete a tag that no segment carries, not even one without people.

    Raises:
        TagInUse: one does, or its people still carry the tag by it.
        TagNotFound, TagOfWeCom, TagOfOtherStores: as `keeping.end`.
    """
    async with database.transaction():
        await database.advisory_lock(holding.TAGS_CHANGE)
        mine = stores_of(actor, "tags.edit")
        rule = await TagRule.get_or_none(tag_id=tag_id)
        segment = await Segment.get_or_none(id=rule.segment_id, archived_at=None) if rule is not None else None
        if segment is not None:
            raise TagInUse(segment.name if within(as_stores(segment.store_ids), mine) else "")
        await keeping.end(actor, tag_id)


async def run_now(actor: Actor, segment_id: int) -> None:
    """Compare its people now and not at night.

    Raises:
        SegmentNotFound, TagRuleNotFound.
    """
    async with database.transaction():
        segment = await _segment(actor, segment_id)
        await running.expect((await _rule(segment.id)).tag_id)


async def _end(rule: TagRule) -> None:
    await rule.delete()
    await running.expect(rule.tag_id)


async def _rule(segment_id: int) -> TagRule:
    rule = await TagRule.get_or_none(segment_id=segment_id)
    if rule is None:
        raise TagRuleNotFound
    return rule


async def _segment(actor: Actor, segment_id: int) -> Segment:
    """The segment, locked, if all its stores are ones where the actor may decide about tags."""
    segment = await Segment.select_for_update().get_or_none(id=segment_id, archived_at=None)
    mine = stores_of(actor, "tags.edit")
    if segment is None or not within(as_stores(segment.store_ids), mine):
        raise SegmentNotFound
    return segment


def _asked_tags(group: Group) -> set[str]:
    return {name for one in conditions_in(group) if isinstance(one, HasTag) for name in one.values}
