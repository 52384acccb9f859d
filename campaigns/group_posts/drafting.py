"""Making a post and moving it before it begins: draft, edit, submit, apply an approval, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from campaigns.broadcasts.moving import author_may
from campaigns.broadcasts.rules import content_hash
from campaigns.broadcasts.saying import check_name
from campaigns.contents import reading, writing
from campaigns.group_posts import carrying, choosing
from campaigns.group_posts.carrying import CARRIES, NAME
from campaigns.group_posts.errors import GroupPostTimeNotPossible, NoGroupToSendTo
from campaigns.group_posts.models import GroupPost, GroupPostTarget
from campaigns.group_posts.moving import UNFINISHED, about, locked, move
from campaigns.group_posts.rules import GroupPostPolicy, PostState
from campaigns.own_words import Content
from campaigns.own_words import content_hash as words_hash
from campaigns.scope import as_list, as_stores, stores_of
from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import may_send_at
from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import group_policy
from foundation import clock, database, media
from foundation.errors import NotAllowed
from foundation.reading import Query, read_model


@dataclass(frozen=True)
class GroupPostDraft:
    """What the marketer decides."""

    name: str
    words: Content
    starts_at: datetime
    group_ids: Sequence[int]


async def draft(actor: Actor, wanted: GroupPostDraft) -> GroupPost:
    """Write a post.

    Raises:
        GroupNotChoosable: a group is not one the actor may write for.
        NoGroupToSendTo, ContentNotAccepted, GroupPostTimeNotPossible, NotAllowed.
    """
    stores_of(actor, "campaigns.draft")
    async with database.transaction():
        columns = await _decided(actor, wanted)
        post = await GroupPost.create(
            **columns,
            content_id=await writing.write(actor, wanted.words, NAME),
            state=PostState.DRAFT,
            author_id=actor.id,
            created_at=clock.now(),
        )
        await _choose(post, wanted.group_ids)
        return post


async def edit(actor: Actor, group_post_id: int, wanted: GroupPostDraft, *, expected_version: int) -> GroupPost:
    """Change a post that has not begun. It is a draft again, and its approval is void.

    Raises:
        IllegalMove: it has begun.
        GroupPostNotFound, GroupNotChoosable, NoGroupToSendTo, ContentNotAccepted, GroupPostTimeNotPossible,
        StaleVersion.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(group_post_id))
        post = await locked(actor, group_post_id, "campaigns.draft", expected_version)
        for name, value in (await _decided(actor, wanted)).items():
            setattr(post, name, value)
        post.content_id = await writing.write(actor, wanted.words, NAME, instead_of=post.content_id)
        post.approved_hash, post.approved_by, post.reason = "", None, ""
        await move(actor, post, "edit")
        await GroupPostTarget.filter(group_post_id=post.id).delete()
        await _choose(post, wanted.group_ids)
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(post.id))
        return post


class _Columns(TypedDict):
    """The columns that the marketer decides."""

    name: str
    store_ids: list[int] | None
    starts_at: datetime
    content_hash: str


async def _decided(actor: Actor, wanted: GroupPostDraft) -> _Columns:
    groups = await choosing.chosen(actor, wanted.group_ids)
    stores = choosing.stores_of_owners(groups)
    if not choosing.able(groups, stores, await group_policy(GroupPostPolicy)):
        raise NoGroupToSendTo
    await check_name(wanted.name)
    await _check_words(wanted.words)
    await media.require_stored(one.picture for one in wanted.words.attachments if one.picture)
    if wanted.starts_at <= clock.now() or not may_send_at(wanted.starts_at, await contact_rules()):
        raise GroupPostTimeNotPossible
    parts = {
        "name": wanted.name,
        "store_ids": as_list(stores),
        "groups": [one.id for one in groups],
        "says": words_hash(wanted.words, NAME),
    }
    return {
        "name": wanted.name,
        "store_ids": as_list(stores),
        "starts_at": wanted.starts_at,
        "content_hash": content_hash(parts),
    }


async def _choose(post: GroupPost, group_ids: Sequence[int]) -> None:
    await GroupPostTarget.bulk_create(
        [GroupPostTarget(group_post_id=post.id, customer_group_id=one) for one in sorted(set(group_ids))]
    )


async def _check_words(words: Content) -> None:
    more = [problem.sentence for problem in carrying.problems(words)]
    await writing.check_carried(words, CARRIES, has_coupon=False, more=more)


async def submit(actor: Actor, group_post_id: int, *, expected_version: int, note: str = "") -> GroupPost:
    """Ask for approval of the post as it is now. Only its author may; if they have left, who may draft takes it over.

    Raises:
        NotAllowed: the actor is not the author, who still works here.
        ContentNotAccepted: the group has forbidden a word of it meanwhile.
        NoGroupToSendTo, NobodyToApprove, IllegalMove, GroupPostNotFound, StaleVersion.
    """
    async with database.transaction():
        post = await locked(actor, group_post_id, "campaigns.draft", expected_version)
        if post.author_id != actor.id:
            if await author_may(post.author_id, post.store_ids):
                raise NotAllowed("只有起草人能提交。")
            post.author_id = actor.id
        await _check_words(await words_of(post))
        audience = await choosing.expected(await groups_of(post), as_stores(post.store_ids))
        if not audience.groups:
            raise NoGroupToSendTo
        await move(actor, post, "submit")
        await approvals.request(
            actor,
            ApprovalKind.CAMPAIGN,
            about(post.id),
            content_hash=post.content_hash,
            title=f"客户群群发：{post.name}",
            store_ids=as_list(as_stores(post.store_ids)),
            note=note,
            facts={"customer_count": audience.customers, "staff_count": audience.owners},
        )
        return post


async def groups_of(post: GroupPost) -> list[choosing.KnownGroup]:
    """The chosen groups as they are now."""
    kept = await GroupPostTarget.filter(group_post_id=post.id)
    return await choosing.named([one.customer_group_id for one in kept])


@read_model
class _Words:
    words: Content


_WORDS = Query(_Words, f"SELECT {reading.words_of('p.content_id')} AS words FROM group_post p WHERE p.id = $1")


async def words_of(post: GroupPost) -> Content:
    """What it says."""
    [kept] = await _WORDS.all(post.id)
    return kept.words


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Apply the decision, in the transaction of the approval. What was approved too late goes out as soon as it may."""
    if event.kind != ApprovalKind.CAMPAIGN or not event.about.startswith("group_post:"):
        return
    post = await GroupPost.select_for_update().get(id=int(event.about.removeprefix("group_post:")))
    if post.state is not PostState.PENDING or post.content_hash != event.content_hash:
        return
    actor = system("approval")
    if not event.is_approved:
        await move(actor, post, "send_back", reason=event.note)
        return
    post.approved_hash, post.approved_by = event.content_hash, event.decided_by
    await move(actor, post, "approve")


async def cancel(actor: Actor, group_post_id: int, *, expected_version: int) -> GroupPost:
    """End it: who has not confirmed it cannot any more; what was sent stays.

    Raises:
        IllegalMove: it is over.
        GroupPostNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(group_post_id))
        post = await locked(actor, group_post_id, "campaigns.run", expected_version)
        post.cancelled_at, post.reason = clock.now(), ""
        await move(actor, post, "cancel")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(post.id))
        if post.state is PostState.STOPPING:
            await UNFINISHED.hint([post.id])
        return post
