"""Each column of a list that can be taken away is a field of what its page reads."""

import pytest

from campaigns.broadcasts.exportable import PortfolioLine
from campaigns.broadcasts.people import PersonLine
from campaigns.broadcasts.queries import BroadcastRow
from campaigns.segments.queries import SegmentRow
from crm_core.appointments.booked import Booked
from crm_core.bill_disputes.queries import DisputeRow
from crm_core.billing.queries import StaffBillRow
from crm_core.coupons.template_queries import TemplateRow
from crm_core.customers.listing import CustomerRow
from crm_core.dealerships import exporting
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.audit_reading import AuditLine
from crm_core.dealerships.members import Member
from crm_core.dealerships.models import Role
from crm_core.invoicing.queries import InvoiceRequestRow
from crm_core.payments.queries import OutsideMovementRow
from crm_core.privacy.keeping_queries import ConsentRow
from crm_core.privacy.queries import StaffPrivacyRequest
from crm_core.reach.queries import ReachPerson
from crm_core.reconciliation.queries import DifferenceRow
from crm_core.reports.exportable import FigureLine
from crm_core.reports.rows import KpiRow
from crm_core.succession.queries import SuccessionEntry
from crm_core.surveys.queries import ComplaintRow
from crm_core.tasks.exportable import SheetLine
from crm_core.telling.queries import ToCall
from crm_core.vehicles.stock import StockCarRow
from foundation import jobs, parked
from foundation.database import execute
from foundation.parked import ParkedWork
from foundation.reading import names_of
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night

ROWS = {
    "customers": CustomerRow,
    "bill-disputes": DisputeRow,
    "complaints": ComplaintRow,
    "reach-growth": ReachPerson,
    "invoice-requests": InvoiceRequestRow,
    "cashier": StaffBillRow,
    "coupon-templates": TemplateRow,
    "segments": SegmentRow,
    "broadcasts": BroadcastRow,
    "broadcast-people": PersonLine,
    "broadcast-portfolio": PortfolioLine,
    "privacy-requests": StaffPrivacyRequest,
    "audit": AuditLine,
    "consents": ConsentRow,
    "parked-work": ParkedWork,
    "members": Member,
    "outside-movements": OutsideMovementRow,
    "reconciliation-days": DifferenceRow,
    "successions": SuccessionEntry,
    "people-to-call": ToCall,
    "stock-cars": StockCarRow,
    "call-sheets": SheetLine,
    "appointments": Booked,
    "reports": FigureLine,
    "report-rows": KpiRow,
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


@pytest.mark.parametrize(
    "name", ["members", "outside-movements", "reconciliation-days", "successions", "people-to-call", "stock-cars"]
)
async def test_a_list_nobody_filled_is_an_empty_file(database: None, name: str) -> None:
    await make.make_store(advisors=0)
    known = exporting.named(name)
    assert known is not None
    reader = await make.acting(Role.GM)
    found = [row async for row in known.rows(reader, {"q": "", "store": "", "left": ""})]
    assert [row for row in found if isinstance(row, Member)] == found
    assert len(found) == (1 if name == "members" else 0)


async def test_a_store_takes_its_call_sheets_away_and_a_caller_their_own(database: None) -> None:
    store = await make.make_store(advisors=0)
    caller = await make.make_staff(Role.CRC, store)
    await make_due(store)
    await night()
    known = exporting.named("call-sheets")
    assert known is not None
    mine = [row async for row in known.rows(await staff_actor(caller.id), {})]
    assert [(row.label, row.tried) for row in mine if isinstance(row, SheetLine)] == [("续保", 0)]
    manager = await make.acting(Role.GM)
    assert [row async for row in known.rows(manager, {})] == []
    assert [row async for row in known.rows(manager, {"whose": "STORE", "kind": "INSURANCE"})] == mine
    assert [row async for row in known.rows(manager, {"whose": "NOBODY"})] == []
