"""Who is told of a transfer: the store rooms of its two stores, by card."""

from typing import Final

from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.dealerships.stores import store_of
from crm_core.messaging.service import say
from crm_core.parts.models import Part
from crm_core.parts.transfers.models import PartTransfer, PartTransferLine
from crm_core.wording.facts import Facts
from foundation.refs import Ref

_NAMES_A_TIME: Final = ("agreed", "sent")


async def tell_giver(transfer: PartTransfer, variant: str) -> None:
    """Tell the giving store that it was asked (`asked`), or that other than what it sent arrived (`differs`)."""
    await _tell(transfer, variant, transfer.from_store_id, transfer.to_store_id)


async def tell_asker(transfer: PartTransfer, variant: str) -> None:
    """Tell the asking store what was decided (`agreed`, `refused`), or that its parts are on their way (`sent`)."""
    await _tell(transfer, variant, transfer.to_store_id, transfer.from_store_id)


async def _tell(transfer: PartTransfer, variant: str, store_id: int, other_store_id: int) -> None:
    lines = await PartTransferLine.filter(transfer_id=transfer.id).order_by("id")
    names = {part.id: part.name for part in await Part.filter(id__in=[line.part_id for line in lines])}
    pieces = {line.id: line.quantity if line.given is None else line.given for line in lines}
    other = await store_of(other_store_id)
    due: Facts = {"parts_due_at": transfer.eta} if variant in _NAMES_A_TIME else {}
    for staff_id in await staff_with_role(Role.PRT, store_id):
        await say(
            "parts_transfer",
            {
                "store_short": other.short_name,
                "parts": [f"{names[line.part_id]} ×{pieces[line.id]}" for line in lines],
                "note": (transfer.note if variant == "asked" else transfer.answer) or None,
                **due,
            },
            staff_id=staff_id,
            about=Ref("part_transfer", transfer.id),
            dedupe_key=f"part_transfer:{transfer.id}:{transfer.version}:{variant}:{staff_id}",
            variant=variant,
        )
