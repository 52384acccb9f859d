"""Making a broadcast and moving it: draft, edit, submit, schedule, pause, resume, cancel, and applying an approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from campaigns import own_words
from campaigns.broadcasts import forecast, queries, rules, saying, stopping, ways
from campaigns.broadcasts.ending import drop_unsent
from campaigns.broadcasts.errors import (
    CouponNotReady,
    NobodyReachable,
    OverBudget,
    StopLinePassed,
    TimeNotPossible,
    VersionsAlike,
)
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.moving import about, author_may, locked, move
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.unfinished import take_up_pending
from campaigns.broadcasts.ways import SaidBy, WantedWay
from campaigns.contents import writing
from campaigns.mass_channels import USUAL
from campaigns.own_words import Content
from campaigns.scope import as_list, as_stores, stores_of
from campaigns.segments import queries as segment_queries
from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import may_send_at, why_no_marketing_on
from crm_core.dealerships.actors import Actor, system
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.money import format_yuan


class _AboutCoupon(TypedDict):
    """Which coupon a broadcast gives, and to customers of which stores."""

    coupon_template_id: int | None
    store_ids: list[int] | None


@dataclass(frozen=True)
class BroadcastDraft:
    """What the marketer decides about a broadcast. Sums in fen.

    It says `words`, or if there are none, the shipped message `template` with `season_line` in it, by default the usual
    one with a coupon or without. `coupon_template_id` is None if it gives none. Without `channel`, a new broadcast
    takes the usual one and an edited one keeps its own.
    """

    name: str
    segment_id: int
    season_line: str
    coupon_template_id: int | None
    control_percent: int
    budget_fen: int
    starts_at: datetime | None = None
    template: str | None = None
    channel: str | None = None
    words: Content | None = None
    words_b: Content | None = None
    """What half of the people get by the first way instead, to see which words do better; None: all get the same."""
    ways: Sequence[WantedWay] = ()
    """The further ways, in their order."""


async def draft(actor: Actor, wanted: BroadcastDraft) -> Broadcast:
    """Make a broadcast for a saved segment. The segment's definition is copied, so later changes of it have no effect.

    Raises:
        SegmentNotFound, ContentNotAccepted, CouponNotReady, WaysNotPossible, VersionsAlike.
    """
    stores_of(actor, "campaigns.draft")
    async with database.transaction():
        channel = wanted.channel or USUAL
        decided = await _decided(actor, wanted, channel)
        content_id = await writing.write(actor, decided.content, channel)
        broadcast = await Broadcast.create(
            **decided.columns,
            content_id=content_id,
            content_b_id=await _write_b(actor, decided, channel),
            state=BroadcastState.DRAFT,
            author_id=actor.id,
            created_at=clock.now(),
        )
        await ways.keep(actor, broadcast.id, decided.ways)
        return broadcast


async def edit(actor: Actor, broadcast_id: int, wanted: BroadcastDraft, *, expected_version: int) -> Broadcast:
    """Change a broadcast that has not begun. It becomes a draft again, and a pending or given approval is void.

    Raises:
        IllegalMove: it is running or over.
        StaleVersion, SegmentNotFound, ContentNotAccepted, CouponNotReady, WaysNotPossible, VersionsAlike.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(broadcast_id))
        broadcast = await locked(actor, broadcast_id, "campaigns.draft", expected_version)
        channel = wanted.channel or broadcast.channel
        decided = await _decided(actor, wanted, channel)
        columns = decided.columns
        if columns["content_hash"] == broadcast.content_hash and wanted.starts_at == broadcast.starts_at:
            return broadcast
        for name, value in columns.items():
            setattr(broadcast, name, value)
        broadcast.content_id = await writing.write(actor, decided.content, channel, instead_of=broadcast.content_id)
        broadcast.content_b_id = await _write_b(actor, decided, channel, instead_of=broadcast.content_b_id)
        await ways.keep(actor, broadcast.id, decided.ways)
        broadcast.approved_hash, broadcast.approved_by = "", None
        await move(actor, broadcast, "edit")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(broadcast.id))
        return broadcast


@dataclass(frozen=True)
class _Decided:
    """The columns that the marketer decides, and what the broadcast says by its ways."""

    columns: dict[str, Any]
    content: Content
    content_b: Content | None
    ways: list[SaidBy]


async def _decided(actor: Actor, wanted: BroadcastDraft, channel: str) -> _Decided:
    ways.check(channel, wanted.ways)
    segment = await segment_queries.one(actor, wanted.segment_id)
    await saying.check_name(wanted.name)
    about_coupon: _AboutCoupon = {"coupon_template_id": wanted.coupon_template_id, "store_ids": segment.store_ids}
    says = await _says(wanted, wanted.words, channel, about_coupon)
    says_b = None
    if wanted.words_b is not None:
        says_b = (await saying.own(wanted.words_b, channel, **about_coupon)).content
        if own_words.content_hash(says_b, channel) == own_words.content_hash(says.content, channel):
            raise VersionsAlike
    further = [
        SaidBy(way.channel, way.after_days, (await _says(wanted, way.words, way.channel, about_coupon)).content)
        for way in wanted.ways
    ]
    parts = {
        "definition": segment.definition,
        "store_ids": segment.store_ids,
        "channel": channel,
        "template": says.template,
        "content": says.facts,
        "coupon_template_id": wanted.coupon_template_id,
        "control_percent": wanted.control_percent,
        "budget_fen": wanted.budget_fen,
    }
    approved: dict[str, object] = {
        **parts,
        "name": wanted.name,
        "words": own_words.content_hash(says.content, channel),
    }
    if says_b is not None:
        approved["words_b"] = own_words.content_hash(says_b, channel)
    if further:
        approved["ways"] = [way.approved for way in further]
    columns = parts | {
        "name": wanted.name,
        "segment_id": wanted.segment_id,
        "segment_name": segment.name,
        "starts_at": wanted.starts_at,
        "ends_at": await ways.ends_at(wanted.starts_at, further) if wanted.starts_at else None,
        "content_hash": rules.content_hash(approved),
    }
    return _Decided(columns, says.content, says_b, further)


async def _write_b(actor: Actor, decided: _Decided, channel: str, *, instead_of: int | None = None) -> int | None:
    if decided.content_b is None:
        return None
    return await writing.write(actor, decided.content_b, channel, instead_of=instead_of)


async def _says(
    wanted: BroadcastDraft, words: Content | None, channel: str, about_coupon: _AboutCoupon
) -> saying.Saying:
    if words is not None:
        return await saying.own(words, channel, **about_coupon)
    return await saying.of_message(wanted.season_line, channel, template=wanted.template, **about_coupon)


async def submit(actor: Actor, broadcast_id: int, *, expected_version: int, note: str = "") -> Broadcast:
    """Ask for approval of the broadcast as it is now.

    Only its author may do this. If the author has left or moved, anybody who may draft for its stores can take it over
    and is the author from then on.

    Raises:
        NotAllowed: the actor is not the author, who still works here.
        ContentNotAccepted: the group has forbidden a word of it meanwhile.
        NobodyReachable, CouponNotReady, OverBudget, NobodyToApprove, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        broadcast = await locked(actor, broadcast_id, "campaigns.draft", expected_version)
        if broadcast.author_id != actor.id:
            if await author_may(broadcast.author_id, broadcast.store_ids):
                raise NotAllowed("只有起草人能提交。")
            broadcast.author_id = actor.id
        await _coupon_ready(broadcast)
        await saying.check_kept(await queries.kept(actor, broadcast.id))
        expected = await forecast.forecast(actor, broadcast.id)
        if expected.reachable == 0:
            raise NobodyReachable
        await _assert_in_budget(broadcast, expected)
        await move(actor, broadcast, "submit")
        await ways.prepare(broadcast_id)
        await approvals.request(
            actor,
            ApprovalKind.CAMPAIGN,
            about(broadcast.id),
            content_hash=broadcast.content_hash,
            title=broadcast.name,
            store_ids=as_list(as_stores(broadcast.store_ids)),
            note=note,
            facts={
                "customer_count": expected.reachable,
                "staff_count": expected.staff,
                "amount_fen": broadcast.budget_fen,
            },
        )
        return broadcast


async def _assert_in_budget(broadcast: Broadcast, expected: forecast.Forecast) -> None:
    """Check the budget against a message to everybody reachable and a coupon for everybody who is expected to come.

    Raises:
        OverBudget: it would cost more.
    """
    reach_fen = expected.reachable * expected.reach_one_fen
    expected_fen = reach_fen + expected.coupon_fen
    if expected_fen > broadcast.budget_fen:
        raise OverBudget(
            f"预计费用 {format_yuan(expected_fen)} 元（触达 {format_yuan(reach_fen)}，用券 "
            f"{format_yuan(expected.coupon_fen)}），超过预算 {format_yuan(broadcast.budget_fen)} 元。",
            expected_fen=expected_fen,
            reach_fen=reach_fen,
            coupon_fen=expected.coupon_fen,
            budget_fen=broadcast.budget_fen,
        )


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Apply the decision to the broadcast, in the transaction of the approval. If it was approved and its start is in
    the future, it is scheduled at once.
    """
    if event.kind != ApprovalKind.CAMPAIGN or not event.about.startswith("broadcast:"):
        return
    broadcast = await Broadcast.select_for_update().get(id=int(event.about.removeprefix("broadcast:")))
    if broadcast.state is not BroadcastState.PENDING_APPROVAL or broadcast.content_hash != event.content_hash:
        return
    actor = system("approval")
    if not event.is_approved:
        await move(actor, broadcast, "send_back", reason=event.note)
        return
    broadcast.approved_hash, broadcast.approved_by = event.content_hash, event.decided_by
    await move(actor, broadcast, "approve")
    if broadcast.starts_at is not None and await _time_is_possible(broadcast.starts_at):
        await move(actor, broadcast, "schedule")


async def schedule(actor: Actor, broadcast_id: int, starts_at: datetime, *, expected_version: int) -> Broadcast:
    """Set when an approved broadcast begins.

    Raises:
        TimeNotPossible, CouponNotReady, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        broadcast = await locked(actor, broadcast_id, "campaigns.draft", expected_version)
        if not await _time_is_possible(starts_at):
            why = why_no_marketing_on(clock.local(starts_at).date(), await contact_rules())
            raise TimeNotPossible(f"那天是{why}，不发营销，请换一天。" if why else None)
        await _coupon_ready(broadcast)
        broadcast.pause_reason = ""
        of_it = await ways.of(broadcast_id)
        broadcast.starts_at, broadcast.ends_at = starts_at, await ways.ends_at(starts_at, of_it)
        await move(actor, broadcast, "schedule")
        return broadcast


async def _time_is_possible(starts_at: datetime) -> bool:
    return starts_at > clock.now() and may_send_at(starts_at, await contact_rules())


async def pause(actor: Actor, broadcast_id: int, *, reason: str, expected_version: int | None = None) -> Broadcast:
    """Pause: no more tasks are made. Salespeople keep the tasks they have already.

    Raises:
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        broadcast = await locked(actor, broadcast_id, "campaigns.run", expected_version)
        broadcast.pause_reason = reason
        await move(actor, broadcast, "pause", reason=reason)
        return broadcast


async def resume(actor: Actor, broadcast_id: int, *, expected_version: int) -> Broadcast:
    """Continue making tasks.

    Raises:
        StopLinePassed: too many of those it was sent to turned away, or its budget is spent.
        CouponNotReady: its coupon cannot be claimed.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        broadcast = await locked(actor, broadcast_id, "campaigns.run", expected_version)
        if stop := await stopping.passed_for_good(broadcast):
            raise StopLinePassed(f"{stop.reason}。不能继续，没发的可以取消。")
        await _coupon_ready(broadcast)
        broadcast.pause_reason, broadcast.stopped_at = "", None
        await move(actor, broadcast, "resume")
        await take_up_pending(broadcast.id)
        return broadcast


async def cancel(actor: Actor, broadcast_id: int, *, reason: str, expected_version: int) -> Broadcast:
    """End a broadcast for good: what was not sent yet is dropped and taken back from the platform.

    Only its author, or somebody who may approve it, can cancel it. Claimed coupons stay valid.

    Raises:
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        is_author = await Broadcast.exists(id=broadcast_id, author_id=actor.id)
        action = "campaigns.draft" if is_author else "campaigns.approve"
        await approvals.hold(ApprovalKind.CAMPAIGN, about(broadcast_id))
        broadcast = await locked(actor, broadcast_id, action, expected_version)
        await move(actor, broadcast, "cancel", reason=reason)
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(broadcast.id))
        await drop_unsent(broadcast.id, "cancelled")
        return broadcast


async def _coupon_ready(broadcast: Broadcast) -> None:
    if problem := await stopping.coupon_problem(broadcast.coupon_template_id):
        raise CouponNotReady(f"{problem}，换一张，或先让它能领。")
