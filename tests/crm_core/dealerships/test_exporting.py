"""Each column of a list that can be taken away is a field of what its page reads."""

import pytest

from campaigns.broadcasts.queries import BroadcastRow
from campaigns.segments.queries import SegmentRow
from crm_core.bill_disputes.queries import DisputeRow
from crm_core.billing.queries import StaffBillRow
from crm_core.coupons.queries import TemplateRow
from crm_core.customers.listing import CustomerRow
from crm_core.dealerships import exporting
from crm_core.dealerships.audit_reading import AuditLine
from crm_core.dealerships.models import Role
from crm_core.invoicing.queries import InvoiceRequestRow
from crm_core.privacy.keeping_queries import ConsentRow
from crm_core.privacy.queries import StaffPrivacyRequest
from foundation import jobs, parked
from foundation.database import execute
from foundation.parked import ParkedWork
from foundation.reading import names_of
from tests import factories as make

ROWS = {
    "customers": CustomerRow,
    "bill-disputes": DisputeRow,
    "invoice-requests": InvoiceRequestRow,
    "cashier": StaffBillRow,
    "coupon-templates": TemplateRow,
    "segments": SegmentRow,
    "broadcasts": BroadcastRow,
    "privacy-requests": StaffPrivacyRequest,
    "audit": AuditLine,
    "consents": ConsentRow,
    "parked-work": ParkedWork,
}


@pytest.mark.usefixtures("migrated")
def test_each_column_is_a_field_of_the_row() -> None:
    for name, row in ROWS.items():
        known = exporting.named(name)
        assert known is not None, name
        assert set(known.columns) <= set(names_of(row)), name


async def test_the_list_of_stopped_work_is_read_to_its_end(database: None) -> None:
    for number in range(parked.PAGE + 1):
        await jobs.enqueue("coupons.expire", {"number": number})
    await execute("UPDATE jobs.pgqueuer SET status = 'failed'")
    known = exporting.named("parked-work")
    assert known is not None
    rows = [row async for row in known.rows(await make.acting(Role.ADM), {})]
    assert len(rows) == parked.PAGE + 1
    assert all(isinstance(row, ParkedWork) for row in rows)
