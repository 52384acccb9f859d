"""Whether what a waiting message says about a transfer is still true."""

from typing import Final

from crm_core.messaging.conditions import Said, condition
from crm_core.parts.transfers.models import PartTransfer
from crm_core.parts.transfers.rules import PartTransferState

_TOLD: Final = {
    "asked": PartTransferState.ASKED,
    "agreed": PartTransferState.AGREED,
    "refused": PartTransferState.REFUSED,
    "sent": PartTransferState.SENT,
    "differs": PartTransferState.RECEIVED,
}


@condition
async def part_transfer_stands(said: Said) -> bool:
    """The transfer is in the state the card tells of."""
    transfer = await PartTransfer.get_or_none(id=said.matter_id)
    return transfer is not None and transfer.state is _TOLD[said.variant]
