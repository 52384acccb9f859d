"""增项: found by the technician, priced by the advisor, decided by the owner item by item; no answer is never
consent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.pricing import job_prices
from crm_core.repair_orders import deductible_rules, notices
from crm_core.repair_orders.additional_work_rules import (
    ADDITIONAL_WORK_MOVES,
    OPEN,
    AdditionalWorkPolicy,
    AdditionalWorkState,
    Urgency,
    decide_by,
    version_hash,
)
from crm_core.repair_orders.errors import (
    AdditionalWorkNotFound,
    AdditionalWorkNotPriced,
    DeductibleNotPossible,
    PayerApprovalMissing,
    PhotoMissing,
    TooLateForAdditionalWork,
)
from crm_core.repair_orders.estimating import new_line, offered, owner_total_fen
from crm_core.repair_orders.events import AdditionalWorkExpired, AdditionalWorkSent
from crm_core.repair_orders.later_discounts import giving
from crm_core.repair_orders.models import LineSource, RepairLine
from crm_core.repair_orders.order import Media, OrderInHand, event_facts, last_change, take, take_to_work
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import BEFORE_WORK, IN_WORKSHOP, LineState, PauseReason, why_not_in_workshop
from crm_core.repair_orders.work import close_entry
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


@dataclass(frozen=True)
class Finding:
    """Something a technician found: why work is needed, how urgent it is, and the photos that show it."""

    finding: str
    urgency: Urgency
    photos: Media
    item_id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class ItemPrice:
    """The advisor's price of one item; None keeps what the catalogue says. An insurer pays it under the number of their
    consent (定损单号), but for what the owner bears.
    """

    line_id: int
    labour_centihours: int | None = None
    parts_fen: int | None = None
    minutes: int | None = None
    is_insured: bool | None = None
    payer_approval_number: str = ""
    deductible_fen: int = 0


async def propose(
    actor: Actor, repair_order_id: int, findings: Sequence[Finding], *, pauses_line_id: int | None = None
) -> AdditionalWork:
    """发现新问题: make a sheet for the advisor to price. The job `pauses_line_id` is paused until the owner has
    decided.

    Raises:
        PhotoMissing: an item has no photo.
        TooLateForAdditionalWork: the bill is made, the owner ended the work, or the order is void.
        IllegalMove: the work is not authorised yet; change the estimate instead.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.propose_additional_work")
        return await open_sheet(actor, hand, actor.id, findings, pauses_line_id=pauses_line_id)


async def open_sheet(
    actor: Actor, hand: OrderInHand, found_by: int, findings: Sequence[Finding], *, pauses_line_id: int | None = None
) -> AdditionalWork:
    """Make a sheet of a locked order for somebody who found something. The caller has authorised it.

    Raises:
        PhotoMissing, TooLateForAdditionalWork, IllegalMove: as `propose`.
    """
    _check_open(hand)
    if not findings or any(not found.photos for found in findings):
        raise PhotoMissing("每一处都要至少拍 1 张照片。")
    sheet = await AdditionalWork.create(
        repair_order_id=hand.order.id,
        state=AdditionalWorkState.FOUND,
        found_by=found_by,
        found_at=clock.now(),
    )
    lines = await _found_lines(hand, sheet, findings)
    if pauses_line_id is not None:
        await _rest(hand, pauses_line_id)
    media = [photo for found in findings for photo in found.photos]
    finder = actor.name if found_by == actor.id else await notices.staff_name(found_by)
    text = f"{finder} 发现 {len(lines)} 处：{'、'.join(line.name for line in lines)}"
    await hand.note(actor, "additional_work_found", text, media=media)
    if found_by != hand.order.advisor_id:
        await notices.ask_for_price(hand.order, sheet, lines, finder)
    return sheet


async def price(
    actor: Actor, additional_work_id: int, prices: Sequence[ItemPrice], *, expected_version: int | None = None
) -> AdditionalWork:
    """定价: set quota hours, parts, minutes and payer of each item. Each call makes a new version of the offer.

    Raises:
        DeductibleNotPossible: no insurer pays the item, or it costs less.
        IllegalMove: it was sent already.
        AdditionalWorkNotFound, LineNotFound, StaleVersion.
    """
    async with database.transaction():
        hand, sheet = await take_sheet(
            actor, additional_work_id, "repair_orders.price_additional_work", expected_version=expected_version
        )
        sheet.state = next_state(ADDITIONAL_WORK_MOVES, sheet.state, "price")
        store = await Store.get(id=hand.order.store_id)
        vehicle = await Vehicle.get(id=hand.order.vehicle_id).prefetch_related("model")
        for item in prices:
            line = hand.line(item.line_id)
            if line.additional_work_id != sheet.id:
                raise AdditionalWorkNotFound
            if item.labour_centihours is not None:
                line.labour_centihours = item.labour_centihours
                line.labour_fen = await job_prices.labour_fen(
                    store, vehicle.model, line.bay_kind, item.labour_centihours
                )
                line.labour_off_fen = 0
            if item.parts_fen is not None:
                line.parts_fen, line.parts_off_fen = item.parts_fen, 0
            line.minutes = line.minutes if item.minutes is None else item.minutes
            _say_who_pays(line, item)
            line.is_priced = True
        lines = lines_of(hand, sheet)
        sheet.version += 1
        sheet.hash = version_hash(offered(lines))
        sheet.priced_by = actor.id
        await sheet.save()
        text = f"{actor.name} 定价增项 v{sheet.version}"
        await hand.note(actor, "additional_work_priced", text, amount_fen=owner_total_fen(lines))
        return sheet


async def send(actor: Actor, additional_work_id: int, *, expected_version: int | None = None) -> AdditionalWork:
    """Ask the owner to decide; the policy says how long they have (half an hour by default).

    Raises:
        AdditionalWorkNotPriced: an item has no price yet.
        PayerApprovalMissing: the insurer's number is missing for an item they pay.
        StaleVersion: it was priced differently meanwhile.
        DiscountNotApproved: somebody has still to agree to a lower price of an item.
        IllegalMove: it was sent or settled already.
    """
    async with database.transaction():
        hand, sheet = await take_sheet(
            actor, additional_work_id, "repair_orders.estimate", expected_version=expected_version
        )
        lines = lines_of(hand, sheet)
        if any(not line.is_priced for line in lines):
            raise AdditionalWorkNotPriced
        if any(line.payer is Payer.I and not line.payer_approval_number for line in lines):
            raise PayerApprovalMissing
        await giving.require_none_waiting(hand.order.id, lines)
        sheet.state = next_state(ADDITIONAL_WORK_MOVES, sheet.state, "send")
        sheet.sent_at = clock.now()
        sheet.expires_at = decide_by(sheet.sent_at, await policy_of(AdditionalWorkPolicy, hand.order.store_id))
        await sheet.save()
        hand.is_waiting_for_decision = True
        amount_fen = owner_total_fen(lines)
        media = [photo for line in lines for photo in line.photos]
        await hand.note(
            actor,
            "additional_work_sent",
            f"{actor.name} 发送增项 v{sheet.version}，{len(lines)} 项",
            amount_fen=amount_fen,
            owner_text=f"发现 {len(lines)} 处，请您逐项决定",
            node=OwnerNode.N6,
            media=media,
        )
        await record(
            AdditionalWorkSent(
                **event_facts(actor, hand.order),
                additional_work_id=sheet.id,
                item_count=len(lines),
                amount_fen=amount_fen,
            )
        )
        await notices.ask_owner(hand.order, sheet, lines)
        await notices.close_card(Ref("additional_work", sheet.id), "extra_work_found", "priced", actor)
        return sheet


async def withdraw(actor: Actor, additional_work_id: int, *, expected_version: int | None = None) -> AdditionalWork:
    """撤回增项: take the sheet back before it is decided. The owner's link then says that it has changed.

    A technician may take back only what has no price yet; a priced sheet belongs to those who set prices.

    Raises:
        NotAllowed: the actor is a technician and the sheet is priced.
        IllegalMove: it was decided already.
        StaleVersion.
    """
    async with database.transaction():
        hand, sheet = await take_sheet(
            actor, additional_work_id, "repair_orders.propose_additional_work", expected_version=expected_version
        )
        if sheet.state is not AdditionalWorkState.FOUND:
            authorise(actor, "repair_orders.price_additional_work", subject(store_id=hand.order.store_id))
        was_sent = sheet.state in (AdditionalWorkState.SENT, AdditionalWorkState.EXPIRED)
        await _take_back(actor, hand, sheet)
        await forget_waiting(hand)
        await hand.note(
            actor,
            "additional_work_withdrawn",
            f"{actor.name} 撤回增项",
            owner_text="门店撤回了增项，不用再决定" if was_sent else "",
            node=OwnerNode.N6,
        )
        return sheet


async def withdraw_open(actor: Actor, hand: OrderInHand) -> None:
    """Withdraw every sheet that is not settled, because the order ends. The caller records the event."""
    for sheet in await AdditionalWork.select_for_update().filter(repair_order_id=hand.order.id, state__in=OPEN):
        await _take_back(actor, hand, sheet)
    await forget_waiting(hand)


async def expire(additional_work_id: int) -> None:
    """The owner has not answered in time: ask the advisor to phone. Does nothing when it was decided meanwhile."""
    actor = system("additional_work_timeout")
    async with database.transaction():
        hand, sheet = await take_sheet(actor, additional_work_id, "repair_orders.expire_additional_work")
        if sheet.state is not AdditionalWorkState.SENT or sheet.expires_at is None or sheet.expires_at > clock.now():
            return
        sheet.state = next_state(ADDITIONAL_WORK_MOVES, sheet.state, "expire")
        await sheet.save()
        undecided = [line for line in lines_of(hand, sheet) if line.state is LineState.PROPOSED]
        minutes = round((sheet.expires_at - (sheet.sent_at or sheet.expires_at)) / timedelta(minutes=1))
        await hand.note(
            actor,
            "additional_work_expired",
            f"增项 {clock.lasting(minutes)}没回复，请打电话",
            owner_text="已过时间，顾问会打电话给您",
            node=OwnerNode.N6,
        )
        await record(AdditionalWorkExpired(**event_facts(actor, hand.order), additional_work_id=sheet.id))
        await notices.tell_unanswered(hand.order, sheet, undecided, minutes)


async def take_sheet(
    actor: Actor, additional_work_id: int, action: str, *, expected_version: int | None = None
) -> tuple[OrderInHand, AdditionalWork]:
    """Lock the order, then its sheet, and check the permission and the version.

    Raises:
        AdditionalWorkNotFound: it does not exist, or this actor may not see it.
        IllegalMove: the order is billed or over.
        StaleVersion: another version of the offer was priced since the actor saw it.
    """
    sheet = await AdditionalWork.get_or_none(id=additional_work_id)
    if sheet is None:
        raise AdditionalWorkNotFound
    hand = await take_to_work(actor, sheet.repair_order_id, action)
    sheet = await AdditionalWork.select_for_update().get(id=additional_work_id)
    if expected_version is not None and sheet.version != expected_version:
        raise StaleVersion(
            current_version=sheet.version, current_state=sheet.state.value, last_change=await last_change(hand.order.id)
        )
    return hand, sheet


def lines_of(hand: OrderInHand, sheet: AdditionalWork) -> list[RepairLine]:
    """The items of a sheet."""
    return [line for line in hand.lines if line.additional_work_id == sheet.id]


async def forget_waiting(hand: OrderInHand) -> None:
    """After a change of a sheet, recompute whether the order still waits for the owner's decision."""
    hand.is_waiting_for_decision = await AdditionalWork.exists(
        repair_order_id=hand.order.id, state__in=[AdditionalWorkState.SENT, AdditionalWorkState.EXPIRED]
    )


def _check_open(hand: OrderInHand) -> None:
    state = hand.order.state
    if state in BEFORE_WORK:
        raise hand.refusal("还没授权，请直接改报价。")
    if state not in IN_WORKSHOP:
        raise TooLateForAdditionalWork(why_not_in_workshop(state))
    if hand.order.stopped_at is not None:
        raise TooLateForAdditionalWork("车主已要求停止维修，不能再加项目。")


async def _take_back(actor: Actor, hand: OrderInHand, sheet: AdditionalWork) -> None:
    sheet.state = next_state(ADDITIONAL_WORK_MOVES, sheet.state, "withdraw")
    sheet.ended_at = clock.now()
    await sheet.save()
    for line in lines_of(hand, sheet):
        if line.state is LineState.PROPOSED:
            hand.move(line, "withdraw")
    await notices.close_card(Ref("additional_work", sheet.id), "extra_work_timeout", "handled", actor)


async def _found_lines(hand: OrderInHand, sheet: AdditionalWork, findings: Sequence[Finding]) -> list[RepairLine]:
    order = hand.order
    store = await Store.get(id=order.store_id)
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    wanted = [found.item_id for found in findings if found.item_id is not None]
    catalogue = {item.item_id: item for item in await job_prices.alone(store, vehicle, wanted)}
    lines = []
    for found in findings:
        columns: Mapping[str, object] = {
            "source": LineSource.ADDITIONAL_WORK,
            "additional_work_id": sheet.id,
            "urgency": found.urgency,
            "finding": found.finding,
            "photos": [dict(photo) for photo in found.photos],
            "is_priced": False,
        }
        item = catalogue.get(found.item_id or 0)
        if item is not None:
            line = new_line(order, item, vehicle, **columns)
        elif found.item_id is None and found.name:
            line = RepairLine(
                repair_order_id=order.id,
                name=found.name,
                bay_kind=BayKind.GENERAL,
                state=LineState.PROPOSED,
                **columns,
            )
        else:
            raise NotAllowed("这个项目不在目录里，请写名称。")
        await line.save()
        hand.lines.append(line)
        lines.append(line)
    return lines


def _say_who_pays(line: RepairLine, item: ItemPrice) -> None:
    if item.is_insured is not None:
        line.payer = Payer.I if item.is_insured else Payer.CP
        line.payer_approval_number = item.payer_approval_number.strip() if item.is_insured else ""
        line.deductible_fen = item.deductible_fen
    refusal = deductible_rules.refusal(line.payer, line.deductible_fen, line.total_fen)
    if refusal is not None:
        raise DeductibleNotPossible(refusal)


async def _rest(hand: OrderInHand, line_id: int) -> None:
    line = hand.line(line_id)
    hand.move(line, "pause")
    line.pause_reason = PauseReason.WAIT_OWNER
    await close_entry(line)
