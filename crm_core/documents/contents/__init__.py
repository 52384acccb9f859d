"""What each kind of document says. Each function takes the facts and gives the finished paper, or refuses."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from crm_core.documents.contents import (
    additional_work,
    certificate,
    estimate,
    inspection,
    maker_record,
    order,
    pick_list,
    quality,
    settlement,
)
from crm_core.documents.facts import Facts
from crm_core.documents.rules import DocumentKind
from foundation.paper import Paper

CONTENTS: Final[dict[DocumentKind, Callable[[Facts], Paper | None]]] = {
    DocumentKind.INSPECTION: inspection.paper,
    DocumentKind.ESTIMATE: estimate.paper,
    DocumentKind.ORDER: order.paper,
    DocumentKind.ADDITIONAL_WORK: additional_work.paper,
    DocumentKind.PICK_LIST: pick_list.paper,
    DocumentKind.QUALITY: quality.paper,
    DocumentKind.SETTLEMENT: settlement.paper,
    DocumentKind.CERTIFICATE: certificate.paper,
    DocumentKind.MAKER_RECORD: maker_record.paper,
}
"""The papers of an order; those of payments and lendings are in `receipt` and `loan_car`. Each gives None
while its time has not come: nothing sent, nothing authorised, nothing billed."""


def basis_of(kind: DocumentKind, facts: Facts) -> str:
    """What the paper rests on, in a few letters. As long as it is the same, the document that was issued stands: a
    customer who moves house does not change what they signed.
    """
    estimate, found, sheet, bill = facts.estimate, facts.inspection, facts.sheet, facts.bill
    rests_on: Sequence[object] = ()
    match kind:
        case DocumentKind.INSPECTION if found:
            rests_on = (found.inspected_at, found.signed_at)
        case DocumentKind.ESTIMATE | DocumentKind.ORDER if estimate:
            rests_on = (estimate.version, estimate.state)
        case DocumentKind.ADDITIONAL_WORK if sheet:
            rests_on = (sheet.version, sheet.state, *(job.decided_at for job in facts.jobs))
        case DocumentKind.PICK_LIST:
            rests_on = [(job.id, part.number, part.quantity, part.state) for job in facts.jobs for part in job.parts]
        case DocumentKind.QUALITY | DocumentKind.CERTIFICATE:
            rests_on = [check.at for check in facts.checks]
        case DocumentKind.MAKER_RECORD:
            rests_on = [*(check.at for check in facts.checks), facts.order.delivered_at]
        case DocumentKind.SETTLEMENT if bill:
            later = (bill.taken_off_fen, bill.prepaid_fen)
            rests_on = (bill.confirmed_at or bill.version, *(later if any(later) else ()))
    return sha256(repr([str(each) for each in rests_on]).encode()).hexdigest()[:16]
