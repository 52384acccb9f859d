"""Tags are made, renamed and deleted here; WeCom is told in jobs, for as long as it takes."""

from collections.abc import Sequence
from typing import Final

from crm_core.customers.corp_tags import expect_news
from crm_core.customers.platform import wecom
from crm_core.customers.tags import holding, taking
from crm_core.customers.tags.errors import TagInUse, TagNameTaken, TagNotFound, TagOfOtherStores, TagOfWeCom
from crm_core.customers.tags.models import Tag, TagGroup
from crm_core.customers.tags.rules import TagState, check_room, read_name
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation import clock, database
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref
from integrations.wecom.contacts import NO_SUCH_TAG, Contacts
from integrations.wecom.errors import WeComError

KEEP: Final = "customers.keep_tag"
TAG_OWED: Final = Debt(
    "tag",
    open_when=f"state IN ({literals(TagState.WANTED, TagState.RENAMING, TagState.ENDING)})",
    since="since",
    job=KEEP,
    argument="tag_id",
)
_ACTION: Final = "tags.edit"


async def create(actor: Actor, *, group: str, name: str) -> int:
    """A new tag in the group of this name, which comes to be with it. It can be put on before WeCom has it.

    Raises:
        TagNameNotAccepted, TagNameTaken, TagLimitReached.
    """
    group, name = read_name(group), read_name(name)
    async with database.transaction():
        authorise(actor, _ACTION, subject())
        await database.advisory_lock(holding.TAGS_CHANGE)
        check_room(await Tag.exclude(state=TagState.ENDING).count())
        kept = await TagGroup.filter(name=group).order_by("id").first()
        if kept is None:
            kept = await TagGroup.create(name=group, created_at=clock.now())
        await _check_free(kept.id, name)
        tag = await Tag.create(group_id=kept.id, name=name, state=TagState.WANTED, is_ours=True, since=clock.now())
        await holding.adopt_words([tag.id])
        await audit.note(actor, "tags.create", Ref("tag", tag.id), name=name, group=group)
        await TAG_OWED.hint([tag.id])
        return int(tag.id)


async def rename(actor: Actor, tag_id: int, *, name: str) -> None:
    """Give a tag of ours another name, for everybody who carries it.

    Raises:
        TagNotFound, TagOfWeCom, TagNameNotAccepted, TagNameTaken.
        TagOfOtherStores: somebody carries it whose store the actor does not reach.
    """
    name = read_name(name)
    async with database.transaction():
        authorise(actor, _ACTION, subject())
        tag = await _ours(tag_id)
        if tag.name == name:
            return
        await _check_free(tag.group_id, name)
        holders = await _lock_holders(tag.id)
        await _check_reach(actor, holders)
        state = TagState.RENAMING if tag.state is TagState.KEPT else tag.state
        await Tag.filter(id=tag.id).update(name=name, state=state, since=clock.now(), next_try_at=None, tries=0)
        await holding.recompute(holders, gone=[tag.name])
        await audit.note(actor, "tags.rename", Ref("tag", tag.id), before=tag.name, name=name)
        await TAG_OWED.hint([tag.id])


async def end(actor: Actor, tag_id: int) -> None:
    """Delete a tag of ours; nobody carries it any more.

    Raises:
        TagNotFound, TagOfWeCom.
        TagOfOtherStores: somebody carries it whose store the actor does not reach.
        TagInUse: somebody carries it because a segment put it on them.
    """
    async with database.transaction():
        authorise(actor, _ACTION, subject())
        tag = await _ours(tag_id)
        holders = await _lock_holders(tag.id)
        await _check_reach(actor, holders)
        if await database.fetch_value("SELECT EXISTS (SELECT FROM customer_tag WHERE tag_id = $1 AND by_rule)", tag.id):
            raise TagInUse
        await Tag.filter(id=tag.id).update(state=TagState.ENDING, since=clock.now(), next_try_at=None, tries=0)
        await database.execute("DELETE FROM customer_tag WHERE tag_id = $1", tag.id)
        await database.execute("DELETE FROM tag_mark WHERE tag_id = $1", tag.id)
        await holding.recompute(holders, gone=[tag.name])
        await audit.note(actor, "tags.end", Ref("tag", tag.id), name=tag.name)
        await TAG_OWED.hint([tag.id])


async def mend(actor: Actor) -> int:
    """补齐: bring here and WeCom together in the stores the actor reaches. Nothing is taken off: what a member put on
    is carried here, what is carried here is put on there again, and what waits is tried now. Returns of how many
    pairs WeCom is told.
    """
    async with database.transaction():
        authorise(actor, _ACTION, subject())
        reached = stores_within(actor, _ACTION)
        stores = None if reached is None else sorted(reached)
        await holding.recompute(await holding.take_up(stores=stores))
        told = await holding.owe_again(stores)
        rows = await database.fetch(
            "UPDATE tag_mark m SET next_try_at = NULL, tries = 0 FROM friendship f JOIN staff s ON s.id = f.staff_id "
            "WHERE f.id = m.friendship_id AND m.done_at_turn IS NULL "
            "  AND ($1::bigint[] IS NULL OR s.store_id = ANY($1)) RETURNING m.friendship_id",
            stores,
        )
        waiting = sorted({row["friendship_id"] for row in rows})
        await holding.MARKS_OWED.hint(waiting[: holding.HINTED])
        owed = await database.fetch(
            f"UPDATE tag SET next_try_at = NULL, tries = 0 WHERE {TAG_OWED.open_when} RETURNING id"
        )
        await TAG_OWED.hint([row["id"] for row in owed])
        await expect_news()
        await audit.note(actor, "tags.mend", "tag", pairs=told)
        return max(told, len(waiting))


async def tell(tag_id: int) -> None:
    """Tell WeCom what it is owed about a tag: make, rename or delete it. What may have been made before is looked for
    in its list first, so nothing is made twice.
    """
    tag = await Tag.get_or_none(id=tag_id)
    if tag is None or tag.state is TagState.KEPT:
        return
    calls = (await wecom()).contacts
    if tag.wecom_id is None:
        begun = await holding.next_turn()
        await taking.take_list(system("wecom-contact"), await calls.listed_corp_tags(), begun)
        tag = await Tag.get_or_none(id=tag_id)
        if tag is None or tag.state is TagState.KEPT:
            return
    if tag.state is TagState.WANTED:
        await _make(calls, tag)
    elif tag.state is TagState.RENAMING:
        await _rename(calls, tag)
    elif tag.state is TagState.ENDING:
        await _delete(calls, tag)


async def _make(calls: Contacts, tag: Tag) -> None:
    group = await TagGroup.get(id=tag.group_id)
    made = await calls.add_corp_tags([tag.name], group_name=group.name)
    key = next(str(one["id"]) for one in made.get("tag") or () if str(one["name"]) == tag.name)
    async with database.transaction():
        await database.advisory_lock(holding.TAGS_CHANGE)
        turn = await holding.next_turn()
        await TagGroup.filter(id=group.id, wecom_id=None).update(wecom_id=str(made["group_id"]))
        # It may have been renamed or deleted here while WeCom made it.
        await database.execute(
            "UPDATE tag SET wecom_id = $2, told_at_turn = $4, since = $5, "
            f"  state = CASE WHEN state <> {literals(TagState.WANTED)} THEN state "
            f"    WHEN name = $3 THEN {literals(TagState.KEPT)} ELSE {literals(TagState.RENAMING)} END "
            "WHERE id = $1 AND wecom_id IS NULL",
            tag.id,
            key,
            tag.name,
            turn,
            clock.now(),
        )
        await holding.owe([tag.id], await _holders(tag.id))


async def _rename(calls: Contacts, tag: Tag) -> None:
    try:
        await calls.rename_corp_tag(str(tag.wecom_id), tag.name)
    except WeComError as error:
        if error.errcode == NO_SUCH_TAG:
            await expect_news()
        raise
    async with database.transaction():
        await database.advisory_lock(holding.TAGS_CHANGE)
        await Tag.filter(id=tag.id, state=TagState.RENAMING, name=tag.name).update(
            state=TagState.KEPT, since=clock.now()
        )
        await Tag.filter(id=tag.id).update(told_at_turn=await holding.next_turn())


async def _delete(calls: Contacts, tag: Tag) -> None:
    if tag.wecom_id is not None:
        try:
            await calls.delete_corp_tag(tag.wecom_id)
        except WeComError as error:
            if error.errcode != NO_SUCH_TAG:
                raise
    async with database.transaction():
        await database.advisory_lock(holding.TAGS_CHANGE)
        if tag.wecom_id is not None:
            await database.execute(
                "UPDATE friendship SET corp_tags = corp_tags - $1::text WHERE corp_tags ? $1::text", tag.wecom_id
            )
        # A rule may have given it to somebody while it was being deleted.
        holders = await _lock_holders(tag.id)
        await Tag.filter(id=tag.id, state=TagState.ENDING).delete()
        await holding.recompute(holders, gone=[tag.name])
        await database.execute("DELETE FROM tag_group g WHERE NOT EXISTS (SELECT FROM tag t WHERE t.group_id = g.id)")


async def _ours(tag_id: int) -> Tag:
    """The tag, once nobody else changes tags."""
    await database.advisory_lock(holding.TAGS_CHANGE)
    tag = await Tag.get_or_none(id=tag_id)
    if tag is None or tag.state is TagState.ENDING:
        raise TagNotFound
    if not tag.is_ours:
        raise TagOfWeCom
    return tag


async def _check_free(group_id: int | None, name: str) -> None:
    if await Tag.filter(group_id=group_id, name=name).exclude(state=TagState.ENDING).exists():
        raise TagNameTaken


async def _holders(tag_id: int) -> list[int]:
    rows = await database.fetch("SELECT customer_id FROM customer_tag WHERE tag_id = $1", tag_id)
    return [row["customer_id"] for row in rows]


async def _check_reach(actor: Actor, holders: Sequence[int]) -> None:
    """A tag belongs to no store, so whoever changes it must reach the stores of everybody who carries it."""
    reached = stores_within(actor, _ACTION)
    if reached is not None and await database.fetch_value(
        "SELECT EXISTS (SELECT FROM customer WHERE id = ANY($1) AND home_store_id <> ALL($2))",
        list(holders),
        sorted(reached),
    ):
        raise TagOfOtherStores


async def _lock_holders(tag_id: int) -> list[int]:
    rows = await database.fetch(
        "SELECT id FROM customer WHERE id IN (SELECT customer_id FROM customer_tag WHERE tag_id = $1) "
        "ORDER BY id FOR NO KEY UPDATE",
        tag_id,
    )
    return [row["id"] for row in rows]
