"""Making a Moment and moving it before WeCom hears of it: draft, edit, submit, apply an approval, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from campaigns.broadcasts.moving import author_may
from campaigns.broadcasts.rules import content_hash
from campaigns.broadcasts.saying import check_name
from campaigns.contents import reading, writing
from campaigns.moments import audience, carrying
from campaigns.moments.carrying import CARRIES, NAME
from campaigns.moments.errors import MomentTimeNotPossible, NobodyToPublish, NotOurTag
from campaigns.moments.models import CorpMoment
from campaigns.moments.moving import UNFINISHED, about, locked, move
from campaigns.moments.rules import MomentState
from campaigns.own_words import Content
from campaigns.own_words import content_hash as words_hash
from campaigns.scope import as_list, as_stores, stores_of
from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import may_send_at
from crm_core.dealerships.actors import Actor, system
from foundation import clock, database, media
from foundation.errors import NotAllowed
from foundation.reading import Query, read_model


@dataclass(frozen=True)
class MomentDraft:
    """What the marketer decides; without `store_ids` all stores they may write for, without tags all customers."""

    name: str
    words: Content
    starts_at: datetime
    store_ids: Sequence[int] | None = None
    tag_ids: Sequence[str] = ()


async def draft(actor: Actor, wanted: MomentDraft) -> CorpMoment:
    """Write a Moment.

    Raises:
        MomentNotFound: a store is not one the actor may write for.
        ContentNotAccepted, MomentTimeNotPossible, NotOurTag, NotAllowed.
    """
    stores_of(actor, "campaigns.draft")
    async with database.transaction():
        columns = await _decided(actor, wanted)
        return await CorpMoment.create(
            **columns,
            content_id=await writing.write(actor, wanted.words, NAME),
            state=MomentState.DRAFT,
            author_id=actor.id,
            created_at=clock.now(),
        )


async def edit(actor: Actor, moment_id: int, wanted: MomentDraft, *, expected_version: int) -> CorpMoment:
    """Change a Moment that WeCom has not been asked for. It is a draft again, and its approval is void.

    Raises:
        IllegalMove: WeCom was asked for it.
        MomentNotFound, ContentNotAccepted, MomentTimeNotPossible, NotOurTag, StaleVersion.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(moment_id))
        moment = await locked(actor, moment_id, "campaigns.draft", expected_version)
        for name, value in (await _decided(actor, wanted)).items():
            setattr(moment, name, value)
        moment.content_id = await writing.write(actor, wanted.words, NAME, instead_of=moment.content_id)
        moment.approved_hash, moment.approved_by, moment.reason = "", None, ""
        moment.first_asked_at = moment.asked_at = None
        await move(actor, moment, "edit")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(moment.id))
        return moment


class _Columns(TypedDict):
    """The columns that the marketer decides."""

    name: str
    store_ids: list[int] | None
    tags: dict[str, str]
    starts_at: datetime
    words_hash: str
    content_hash: str


async def _decided(actor: Actor, wanted: MomentDraft) -> _Columns:
    stores = audience.wanted(actor, wanted.store_ids)
    await check_name(wanted.name)
    await _check_words(wanted.words)
    await media.require_stored(one.picture for one in wanted.words.attachments if one.picture)
    if wanted.starts_at <= clock.now() or not may_send_at(wanted.starts_at, await contact_rules()):
        raise MomentTimeNotPossible
    tags = {tag.tag_id: tag.name for tag in await audience.tags_of(stores) if tag.tag_id in set(wanted.tag_ids)}
    if len(tags) != len(set(wanted.tag_ids)):
        raise NotOurTag
    says = words_hash(wanted.words, NAME)
    parts = {"name": wanted.name, "store_ids": as_list(stores), "tags": tags, "says": says}
    return {
        "name": wanted.name,
        "store_ids": as_list(stores),
        "tags": tags,
        "starts_at": wanted.starts_at,
        "words_hash": words_hash(Content(wanted.words.text, []), NAME),
        "content_hash": content_hash(parts),
    }


async def _check_words(words: Content) -> None:
    more = [problem.sentence for problem in carrying.problems(words)]
    await writing.check_carried(words, CARRIES, has_coupon=False, more=more)


async def submit(actor: Actor, moment_id: int, *, expected_version: int, note: str = "") -> CorpMoment:
    """Ask for approval of the Moment as it is now. Only its author may; if they have left, who may draft takes it over.

    Raises:
        NotAllowed: the actor is not the author, who still works here.
        ContentNotAccepted: the group has forbidden a word of it meanwhile.
        NobodyToPublish, NobodyToApprove, IllegalMove, MomentNotFound, StaleVersion.
    """
    async with database.transaction():
        moment = await locked(actor, moment_id, "campaigns.draft", expected_version)
        if moment.author_id != actor.id:
            if await author_may(moment.author_id, moment.store_ids):
                raise NotAllowed("只有起草人能提交。")
            moment.author_id = actor.id
        await _check_words(await words_of(moment))
        expected = await audience.of(as_stores(moment.store_ids), moment.tags)
        if not expected.members:
            raise NobodyToPublish
        await move(actor, moment, "submit")
        await approvals.request(
            actor,
            ApprovalKind.CAMPAIGN,
            about(moment.id),
            content_hash=moment.content_hash,
            title=f"朋友圈：{moment.name}",
            store_ids=as_list(as_stores(moment.store_ids)),
            note=note,
            facts={"customer_count": expected.customers, "staff_count": expected.members},
        )
        return moment


@read_model
class _Words:
    words: Content


_WORDS = Query(_Words, f"SELECT {reading.words_of('m.content_id')} AS words FROM moment m WHERE m.id = $1")


async def words_of(moment: CorpMoment) -> Content:
    """What it says."""
    [kept] = await _WORDS.all(moment.id)
    return kept.words


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Apply the decision, in the transaction of the approval. What was approved too late goes out as soon as it may."""
    if event.kind != ApprovalKind.CAMPAIGN or not event.about.startswith("moment:"):
        return
    moment = await CorpMoment.select_for_update().get(id=int(event.about.removeprefix("moment:")))
    if moment.state is not MomentState.PENDING or moment.content_hash != event.content_hash:
        return
    actor = system("approval")
    if not event.is_approved:
        await move(actor, moment, "send_back", reason=event.note)
        return
    moment.approved_hash, moment.approved_by = event.content_hash, event.decided_by
    await move(actor, moment, "approve")


async def cancel(actor: Actor, moment_id: int, *, expected_version: int) -> CorpMoment:
    """End it: who has not published it cannot any more; what was published stays.

    Raises:
        IllegalMove: it is over.
        MomentNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(moment_id))
        moment = await locked(actor, moment_id, "campaigns.run", expected_version)
        moment.cancelled_at, moment.reason = clock.now(), ""
        await move(actor, moment, "cancel")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(moment.id))
        if moment.state is MomentState.STOPPING:
            await UNFINISHED.hint([moment.id])
        return moment
