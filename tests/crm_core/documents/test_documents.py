"""A document is issued with its step, stays as it was, is printed in a child, and each print is counted."""

import asyncio
import json
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.bill_disputes import disputing
from crm_core.billing import making as billing
from crm_core.billing import paying
from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.customers.models import Customer
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.deposits import service as deposits
from crm_core.documents import files, making, printing, queries
from crm_core.documents.errors import DocumentNotFound, DocumentNotYet, FileNotReady
from crm_core.documents.models import Document, DocumentFile
from crm_core.documents.rules import DocumentKind, FileState
from crm_core.payments.rules import Method
from crm_core.repair_orders import deciding, quality
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.quality_rules import Checked
from foundation import clock, database, jobs, owed
from foundation.errors import NotAllowed, NotFound
from foundation.refs import Ref
from tests import factories as make
from tests.pdf import fonts_of, pages_of
from tests.workshop import CHECKED, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def shop(database: None) -> Workshop:
    wire()
    return await make_workshop()


async def _kinds(order: RepairOrder) -> list[DocumentKind]:
    return [row.kind for row in await Document.filter(repair_order_id=order.id).order_by("id")]


async def _billed(shop: Workshop) -> RepairOrder:
    order = await shop.ready()
    bill = await billing.make(shop.advisor, Ref("repair_order", order.id))
    bill = await billing.send(shop.advisor, bill.id)
    await paying.confirm(shop.owner, bill.id, expected_version=bill.version)
    return order


async def test_each_step_of_a_visit_issues_its_document(shop: Workshop):
    order = await shop.dispatched()
    sheet = await shop.asked(order, Urgency.RED)
    [line] = [line for line in await shop.lines(order) if line.additional_work_id == sheet.id]
    await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.APPROVED})
    await shop.give_out(order)
    await shop.do_all(order)
    said = [Checked("螺丝扭力", measured="110"), *CHECKED[1:-1], Checked(CHECKED[-1].point, is_applicable=False)]
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=said)
    await quality.mark_ready(shop.advisor, order.id)
    bill = await billing.make(shop.advisor, Ref("repair_order", order.id))
    bill = await billing.send(shop.advisor, bill.id)
    await paying.confirm(shop.owner, bill.id, expected_version=bill.version)
    assert [kind.value for kind in await _kinds(order)] == ["HC", "GJ", "WT", "ZX", "ZJ", "JS"]
    checked = json.dumps(
        (await Document.get(repair_order_id=order.id, kind=DocumentKind.QUALITY)).paper, ensure_ascii=False
    )
    assert "螺丝扭力 110 N·m、轮胎气压、油液液位、有无渗漏、电气功能、清洁复位 不适用" in checked
    assert await DocumentFile.all().count() == 0, "a file is made when somebody wants it"


async def test_a_settlement_is_printed_with_what_the_bill_says(shop: Workshop):
    order = await _billed(shop)
    file = await printing.print_of_order(shop.advisor, order.id, DocumentKind.SETTLEMENT)
    with pytest.raises(FileNotReady):
        await queries.pdf_of_print(shop.advisor, file.id)
    await jobs.drain()
    made = await queries.pdf_of_print(shop.advisor, file.id)
    pdf = files.path_of(made.sha256).read_bytes()
    [text] = pages_of(pdf)
    for word in (
        "机动车维修费用结算清单",
        made.number,
        "张伟",
        "13812345678",
        shop.vehicle.vin,
        "OIL-X6",
        "668.00",
    ):
        assert word in text, word
    assert "人民币陆佰陆拾捌元整" in text
    assert "补打" not in text
    assert fonts_of(pdf)
    assert all(fonts_of(pdf).values())


async def test_the_first_print_and_the_owners_copy_are_one_file_and_a_reprint_is_marked(shop: Workshop):
    order = await shop.authorised()
    first = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    again = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    copy = await printing.have_own_copy(shop.owner, first.document_id)
    assert copy.id == first.id
    assert again.document_id == first.document_id
    assert (first.mark, again.copy_no, again.mark[:6]) == ("", 1, "补打 第1次")
    await jobs.drain()
    made = await queries.pdf_of_print(shop.advisor, again.id)
    assert "补打第1次2026-11-2309:30李敏" in pages_of(files.path_of(made.sha256).read_bytes())[0]
    noted = await AuditEntry.filter(action="documents.print").order_by("id")
    assert [entry.details["count"] for entry in noted] == [1, 2]


async def test_what_was_issued_stays_as_it_was(shop: Workshop):
    order = await shop.authorised()
    document = await Document.get(repair_order_id=order.id, kind=DocumentKind.ORDER)
    await Customer.filter(id=shop.customer.id).update(name="改名", phone="13900000000")
    file = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    assert file.document_id == document.id
    assert "张伟" in json.dumps((await Document.get(id=document.id)).paper, ensure_ascii=False)
    for change in ({"paper": {"house": "x"}}, {"number": "WT-1"}, {"prints": 0}):
        with pytest.raises(IntegrityError):
            await Document.filter(id=document.id).update(**change)


async def test_another_bill_is_another_edition_and_the_owner_sees_the_newest(shop: Workshop):
    order = await shop.ready()
    bill = await billing.send(shop.advisor, (await billing.make(shop.advisor, Ref("repair_order", order.id))).id)
    await printing.print_of_order(shop.advisor, order.id, DocumentKind.SETTLEMENT)
    await paying.confirm(shop.owner, bill.id, expected_version=bill.version)
    rows = [row for row in await queries.of_order(shop.advisor, order.id) if row.kind is DocumentKind.SETTLEMENT]
    assert [(row.edition, row.is_newest, row.prints) for row in rows] == [(1, False, 1), (2, True, 0)]
    own = [row for row in await queries.of_owner(shop.owner, order.id) if row.kind is DocumentKind.SETTLEMENT]
    assert [row.edition for row in own] == [2]


async def test_what_is_taken_off_or_paid_ahead_is_on_another_edition_of_the_settlement(shop: Workshop):
    order = await _billed(shop)
    bill, cashier = await Bill.get(payer=Payer.CP), await make.acting(Role.CSH, shop.store)
    dispute = await disputing.raise_dispute(shop.owner, bill.id, 1, "工时太长")
    await disputing.answer(shop.manager, dispute.id, "少算", is_corrected=True, taken_off_fen=68_00, expected_version=1)
    await deposits.pay_in(cashier, shop.store.id, shop.customer.id, 100_00, Method.CASH)
    bill = await Bill.get(id=bill.id)
    await deposits.use(cashier, bill.id, 100_00, expected_version=bill.version)
    await paying.receive_offline(cashier, bill.id, 500_00, Method.CASH)
    papers = await Document.filter(repair_order_id=order.id, kind=DocumentKind.SETTLEMENT).order_by("edition")
    said = [json.dumps(each.paper, ensure_ascii=False) for each in papers]
    assert [("¥668.00" in each, "¥600.00" in each, "¥500.00" in each) for each in said] == [
        (True, False, False), (False, True, False), (False, False, True)
    ]  # fmt: skip
    await printing.print_of_order(shop.advisor, order.id, DocumentKind.SETTLEMENT)
    assert await Document.filter(repair_order_id=order.id, kind=DocumentKind.SETTLEMENT).count() == len(papers)


async def test_nothing_is_issued_before_its_step(shop: Workshop):
    order = await shop.opened()
    for kind in (DocumentKind.ORDER, DocumentKind.SETTLEMENT, DocumentKind.QUALITY, DocumentKind.PICK_LIST):
        with pytest.raises(DocumentNotYet):
            await printing.print_of_order(shop.advisor, order.id, kind)
    assert await _kinds(order) == []


async def test_the_store_room_prints_a_pick_list_and_nothing_with_prices(shop: Workshop):
    order = await shop.dispatched()
    await printing.print_of_order(shop.store_room, order.id, DocumentKind.PICK_LIST)
    with pytest.raises(NotAllowed):
        await printing.print_of_order(shop.store_room, order.id, DocumentKind.ORDER)
    assert {row.kind for row in await queries.of_order(shop.store_room, order.id)} == {DocumentKind.PICK_LIST}
    elsewhere = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await printing.print_of_order(elsewhere, order.id, DocumentKind.ORDER)


async def test_owners_open_their_own_copies_and_no_paper_of_the_workshop(shop: Workshop):
    order = await shop.dispatched()
    await printing.print_of_order(shop.store_room, order.id, DocumentKind.PICK_LIST)
    assert {row.kind.value for row in await queries.of_owner(shop.owner, order.id)} == {"HC", "GJ", "WT"}
    pick_list = await Document.get(kind=DocumentKind.PICK_LIST)
    order_document = await Document.get(kind=DocumentKind.ORDER)
    stranger = make.acting_owner(await make.make_customer())
    for owner, document in ((shop.owner, pick_list), (stranger, order_document)):
        with pytest.raises(DocumentNotFound):
            await printing.have_own_copy(owner, document.id)
    with pytest.raises(NotFound):
        await queries.of_owner(stranger, order.id)


async def test_twenty_prints_at_once_are_twenty_copies(shop: Workshop):
    order = await shop.authorised()
    prints = (printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER) for _ in range(20))
    made = await asyncio.gather(*prints)
    assert sorted(file.copy_no for file in made) == list(range(20))
    assert (await Document.get(kind=DocumentKind.ORDER)).prints == 20


async def test_a_file_whose_job_was_lost_is_made_by_the_sweep(shop: Workshop):
    order = await shop.authorised()
    file = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    await database.execute("DELETE FROM jobs.pgqueuer")
    await clock.advance(timedelta(minutes=2))
    await owed.sweep()
    await jobs.drain()
    assert (await DocumentFile.get(id=file.id)).state is FileState.READY


async def test_a_file_the_disk_lost_is_made_again_and_is_the_same(shop: Workshop):
    order = await shop.authorised()
    file = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    await jobs.drain()
    before = (await DocumentFile.get(id=file.id)).sha256
    files.forget(before)
    assert (await printing.have_own_copy(shop.owner, file.document_id)).state is FileState.QUEUED
    await jobs.drain()
    assert (await DocumentFile.get(id=file.id)).sha256 == before
    assert files.path_of(before).exists()


async def test_reprints_go_after_a_week_and_a_document_when_its_years_are_over(shop: Workshop):
    order = await shop.authorised()
    own = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    reprint = await printing.print_of_order(shop.advisor, order.id, DocumentKind.ORDER)
    await jobs.drain()
    await clock.advance(timedelta(days=8))
    await making.clear_old()
    states = {file.id: file.state for file in await DocumentFile.all()}
    assert states == {own.id: FileState.READY, reprint.id: FileState.CLEARED}
    await Document.filter(id=own.document_id).update(paper={})
    await making.clear_old()
    file = await DocumentFile.get(id=own.id)
    assert file.state is FileState.CLEARED
    assert not files.path_of(file.sha256).exists()
    assert DocumentKind.ORDER not in {row.kind for row in await queries.of_owner(shop.owner, order.id)}
