"""环车检查: photos, energy, damages, belongings; signed by the owner before anything is estimated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import inspection_rules
from crm_core.repair_orders.errors import DamageNotPlaced, InspectionIncomplete, InspectionSigned
from crm_core.repair_orders.events import InspectionConfirmed
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.inspection_rules import CarView
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import PreInspection
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record


@dataclass(frozen=True)
class InspectionPhoto:
    """A stored photo and what it shows; positions are `inspection_rules.INSPECTION_POSITIONS` and others."""

    position: str
    key: str


@dataclass(frozen=True)
class Damage:
    """A mark on the body with its own photo; where it is on the drawn car, in thousandths of the view."""

    part: str
    damage: str
    key: str
    size: str = ""
    view: CarView | None = None
    x: int | None = None
    y: int | None = None


async def pre_inspect(
    actor: Actor,
    repair_order_id: int,
    *,
    energy_percent: int,
    photos: Sequence[InspectionPhoto],
    damages: Sequence[Damage] = (),
    belongings: str = "",
    valuables_reminded: bool = False,
    covers_on: bool = False,
    expected_version: int | None = None,
) -> PreInspection:
    """Store the walk-around report, which may be corrected until the owner signs it.

    Raises:
        InspectionIncomplete: a required photo, the reminder about valuables or the protective covers are missing.
        DamageNotPlaced: a mark lies outside the drawn car.
        InspectionSigned, StaleVersion.
    """
    if not all(inspection_rules.is_place(mark.view, mark.x, mark.y) for mark in damages):
        raise DamageNotPlaced
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.inspect", expected_version=expected_version)
        hand.require("precheck")
        missing = inspection_rules.inspection_gaps([photo.position for photo in photos])
        missing += [] if valuables_reminded else ["提醒带走贵重物品"]
        missing += [] if covers_on else ["铺好防护件"]
        if missing:
            raise InspectionIncomplete(f"还差 {'、'.join(missing)}", missing=missing)
        report = await PreInspection.get_or_none(repair_order_id=repair_order_id)
        if report is None:
            report = PreInspection(repair_order_id=repair_order_id)
        elif report.signed_at is not None:
            raise InspectionSigned
        report.energy_percent = energy_percent
        report.photos = [{"position": photo.position, "key": photo.key} for photo in photos]
        report.damages = [_kept(mark) for mark in damages]
        report.belongings = belongings
        report.valuables_reminded = valuables_reminded
        report.covers_on = covers_on
        report.inspected_at = clock.now()
        report.inspected_by = actor.id
        await report.save()
        media = [{"key": photo.key, "label": inspection_rules.label_of(photo.position)} for photo in photos]
        media += [{"key": mark.key, "label": f"{mark.part}{mark.damage}{mark.size}"} for mark in damages]
        await hand.note(
            actor,
            "inspected",
            f"环车检查 {len(photos)} 张，损伤 {len(damages)} 处",
            owner_text="环车检查报告，请您确认签字",
            node=OwnerNode.N2,
            media=media,
        )
        return report


async def sign_inspection(actor: Actor, repair_order_id: int, signature: str, *, seen: datetime) -> PreInspection:
    """The owner signs the report in the mini program. `signature` is a media key, `seen` the time of the report they
    saw.

    The order's version is not compared, because other changes to the order do not change what is signed.

    Raises:
        InspectionIncomplete: there is no report yet.
        StaleVersion: the report was corrected since `seen`.
        OwnerMustDecide, IllegalMove.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.authorise")
        told = f"{Evidence(authority=hand.authority).spoken_to}已签字确认环车检查"
        return await _sign(actor, hand, signature, told, seen=seen)


async def sign_on_advisors_screen(
    actor: Actor, repair_order_id: int, signature: str, *, expected_version: int | None = None
) -> PreInspection:
    """The owner signs on the advisor's phone at the car. The advisor is recorded as the witness of who signed."""
    async with database.transaction():
        hand = await take(
            actor, repair_order_id, "repair_orders.record_oral_decision", expected_version=expected_version
        )
        return await _sign(actor, hand, signature, f"您已在{actor.name}的手机上签字")


async def _sign(
    actor: Actor, hand: OrderInHand, signature: str, owner_text: str, *, seen: datetime | None = None
) -> PreInspection:
    report = await PreInspection.select_for_update().get_or_none(repair_order_id=hand.order.id)
    if report is None:
        raise InspectionIncomplete(missing=["环车检查报告"])
    if report.signed_at is not None:
        raise hand.refusal("环车检查已经签过字了。")
    if seen is not None and report.inspected_at != seen:
        raise StaleVersion("环车检查刚改过，请看过最新的再签字。", current_version=hand.order.version)
    hand.require("precheck")
    report.signed_at = clock.now()
    report.signed_by = str(actor)
    report.signature = signature
    await report.save()
    hand.order.prechecked_at = clock.now()
    who = Evidence(authority=hand.authority).who
    await hand.note(actor, "inspection_signed", f"{who}签字确认环车检查", owner_text=owner_text, node=OwnerNode.N2)
    await record(InspectionConfirmed(**event_facts(actor, hand.order)))
    return report


def _kept(mark: Damage) -> dict[str, str | int]:
    kept: dict[str, str | int] = {"part": mark.part, "damage": mark.damage, "key": mark.key, "size": mark.size}
    if mark.view is None or mark.x is None or mark.y is None:
        return kept
    return kept | {"view": mark.view.value, "x": mark.x, "y": mark.y}
