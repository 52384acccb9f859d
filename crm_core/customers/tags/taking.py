"""Taking over WeCom's list of corp tags: what was made, renamed or deleted there is so here."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from crm_core.customers.corp_tags import expect_news
from crm_core.customers.tags import holding
from crm_core.customers.tags.models import Tag, TagGroup
from crm_core.customers.tags.rules import LONGEST_NAME, TagState
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock, database
from foundation.reading import literals
from foundation.refs import Ref
from foundation.text import one_line
from integrations.wecom.contacts import CorpTag


def _short(name: str, key: str) -> str:
    """A name as long as ours may be; the id where WeCom tells none."""
    return (one_line(name) or key)[:LONGEST_NAME]


async def know(names: Mapping[str, str]) -> None:
    """Have a row for each of these tags of a friend, by id, also before the corp's list was read."""
    known = await database.fetch("SELECT wecom_id FROM tag WHERE wecom_id = ANY($1)", sorted(names))
    unknown = sorted(names.keys() - {row["wecom_id"] for row in known})
    if not unknown:
        return
    await database.execute_many(
        "INSERT INTO tag (name, wecom_id, state, is_ours, since, told_at_turn) "
        f"VALUES ($2, $1, {literals(TagState.KEPT)}, false, $3, nextval('tag_turn')) ON CONFLICT DO NOTHING",
        [(key, _short(names[key], key), clock.now()) for key in unknown],
    )
    await expect_news()


async def take_list(actor: Actor, tags: Sequence[CorpTag], begun: int) -> None:
    """Take over the whole list, which was asked for at turn `begun`, and bring everybody who carries a tag in line.

    What WeCom was told after that is not in the list and stays as it is. A tag of ours whose making got no answer is
    found by its name.
    """
    async with database.transaction():
        authorise(actor, "customers.edit", subject())
        await database.advisory_lock(holding.TAGS_CHANGE)
        change = _Change(begun)
        groups = await _groups(tags)
        rows = await Tag.all()
        by_id = {row.wecom_id: row for row in rows if row.wecom_id is not None}
        by_name = {(row.group_id, row.name): row for row in rows if row.wecom_id is None}
        for tag in tags:
            row = by_id.get(tag.id) or by_name.get((groups[tag.group_id], _short(tag.name, tag.id)))
            await change.listed(row, tag, groups[tag.group_id])
        there = {tag.id for tag in tags}
        for row in by_id.values():
            if row.wecom_id not in there and row.told_at_turn < begun:
                change.gone.append(row)
        await change.bring_in_line(actor)


class _Change:
    """What a list changes: collected, and then done to everybody at once."""

    def __init__(self, begun: int) -> None:
        self.begun = begun
        self.gone: list[Tag] = []
        self.new: list[int] = []
        self.old_names: list[str] = []
        self.renamed: list[int] = []

    async def listed(self, row: Tag | None, tag: CorpTag, group_id: int) -> None:
        called = _short(tag.name, tag.id)
        if row is None:
            made = await Tag.create(
                group_id=group_id, name=called, wecom_id=tag.id, state=TagState.KEPT, is_ours=False, since=clock.now()
            )
            self.new.append(made.id)
        elif row.wecom_id is None:
            state = TagState.KEPT if row.state is TagState.WANTED else row.state
            await Tag.filter(id=row.id).update(wecom_id=tag.id, state=state)
            self.new.append(row.id)
        elif row.told_at_turn < self.begun and (row.group_id != group_id or row.name != called):
            name = called if row.state is TagState.KEPT else row.name
            if name != row.name:
                self.old_names.append(row.name)
                self.renamed.append(row.id)
            if row.group_id is None:
                self.new.append(row.id)
            await Tag.filter(id=row.id).update(group_id=group_id, name=name)

    async def bring_in_line(self, actor: Actor) -> None:
        gone = [row.id for row in self.gone]
        touched = await database.fetch(
            "SELECT customer_id FROM customer_tag WHERE tag_id = ANY($1) "
            "UNION SELECT f.customer_id FROM friendship f WHERE f.corp_tags ?| $2",
            [*gone, *self.renamed],
            [row.wecom_id for row in self.gone],
        )
        await database.execute(
            "SELECT FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids := _ids(touched)
        )
        for row in [row for row in self.gone if row.state is not TagState.ENDING]:
            await audit.note(actor, "tags.end", Ref("tag", row.id), name=row.name)
        await database.execute("DELETE FROM tag WHERE id = ANY($1)", gone)
        await _rename_on_friends(gone_ids=[str(row.wecom_id) for row in self.gone])
        taken_up = await holding.take_up()
        if self.new:
            await holding.adopt_words(self.new)
        await holding.recompute(sorted({*ids, *taken_up}), gone=[*self.old_names, *(row.name for row in self.gone)])
        await database.execute("DELETE FROM tag_group g WHERE NOT EXISTS (SELECT FROM tag t WHERE t.group_id = g.id)")
        await holding.owe_unsaid()


async def _groups(tags: Sequence[CorpTag]) -> dict[str, int]:
    """The ids of our groups by WeCom's; one that we wait for is found by its name."""
    ids: dict[str, int] = {}
    for key, name in sorted({tag.group_id: _short(tag.group_name, tag.group_id) for tag in tags}.items()):
        kept = await TagGroup.get_or_none(wecom_id=key) or await TagGroup.get_or_none(wecom_id=None, name=name)
        if kept is None:
            kept = await TagGroup.create(name=name, wecom_id=key, created_at=clock.now())
        elif (kept.wecom_id, kept.name) != (key, name):
            await TagGroup.filter(id=kept.id).update(wecom_id=key, name=name)
        ids[key] = kept.id
    return ids


async def _rename_on_friends(gone_ids: Sequence[str]) -> None:
    """Write the names of today on the friendships, without the tags that are gone."""
    names = {
        row["wecom_id"]: row["name"]
        for row in await database.fetch("SELECT wecom_id, name FROM tag WHERE wecom_id IS NOT NULL")
    }
    await database.execute(
        "UPDATE friendship f SET corp_tags = (SELECT coalesce(jsonb_object_agg(held.key, coalesce("
        "    $1::jsonb -> held.key, to_jsonb(held.value))), '{}') FROM jsonb_each_text(f.corp_tags) held "
        "  WHERE held.key <> ALL($2::text[])) "
        "WHERE EXISTS (SELECT FROM jsonb_each_text(f.corp_tags) held "
        "  WHERE held.key = ANY($2::text[]) OR $1::jsonb ->> held.key <> held.value)",
        orjson.dumps(names).decode(),
        list(gone_ids),
    )


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return sorted({int(row["customer_id"]) for row in rows})
