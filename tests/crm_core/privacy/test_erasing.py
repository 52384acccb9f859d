"""An erased person is removed from every table, from the folder of pictures, and from stored answers."""

from datetime import timedelta
from typing import Final

import pytest

from crm_core.customers import listing
from crm_core.customers.models import Customer, FollowUp, Friendship, Identity, IdentityKind, ProposedPhone
from crm_core.dealerships.models import Role
from crm_core.imports.models import ForeignNumber, ImportChunk, ImportJob, ImportRemark
from crm_core.invoicing.models import InvoiceRequest, InvoiceTitle
from crm_core.messaging.service import say
from crm_core.privacy import answering, jobs, queries, requesting
from crm_core.privacy.errors import IdentityNotChecked, NotThisKind, StillGoingOn
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from crm_core.repair_orders import opening
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import Binding
from foundation import clock, database, media
from foundation.errors import IllegalMove, NotFound
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.pictures import picture
from tests.racing import while_open

NAME, NICKNAME, PHONE = "欧阳靖宇", "爱车的靖", "13877776666"
OPENID, EXTERNAL = "oErased-0001", "wmErased0001"
MARKS: Final = (NAME, NICKNAME, PHONE, OPENID, EXTERNAL)
TEXTS: Final = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema IN ('public', 'jobs') AND t.table_type = 'BASE TABLE'
  AND c.data_type IN ('text', 'character varying', 'jsonb', 'bytea') ORDER BY 1, 2
"""

pytestmark = pytest.mark.usefixtures("database")


async def _known_well() -> Checkout:
    """An owner with a finished order, of whom we have much beside it."""
    visit = await make_checkout(openid=OPENID)
    customer, now = visit.customer, clock.now()
    await Customer.filter(id=customer.id).update(
        name=NAME, nickname=NICKNAME, phone=PHONE, phone_verified_at=now, remark=f"{NAME} 的第二个号码", tags=[NAME]
    )
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.CLOSED, closed_at=now)
    advisor_id = visit.advisor.id
    for kind, value in ((IdentityKind.OPENID, OPENID), (IdentityKind.EXTERNAL_USERID, EXTERNAL), ("PHONE", PHONE)):
        await Identity.create(customer_id=customer.id, kind=kind, value=value, created_at=now)
    await Friendship.create(
        customer_id=customer.id, staff_id=advisor_id, external_userid=EXTERNAL, since=now, remark=NAME
    )
    await FollowUp.create(customer_id=customer.id, staff_id=advisor_id, contact="call", body=f"{NAME} 想换车", at=now)
    await ProposedPhone.create(customer_id=customer.id, staff_id=advisor_id, phone=PHONE, proposed_at=now)
    await InvoiceTitle.create(customer_id=customer.id, kind="PERSON", name=NAME, tax_number="", used_at=now)
    async with database.transaction():
        about = Ref("repair_order", visit.order.id)
        await say("bot_help", {}, staff_id=advisor_id, about=about, dedupe_key="told")
    await database.execute("UPDATE message SET facts = jsonb_build_object('customer_name', $1::text)", NAME)
    await database.execute(
        "INSERT INTO inbox_message (source, dedupe_key, event, body, received_at, outcome, waits_for) "
        "VALUES ('wecom', 'x', 'change_external_contact', $1, now(), '', '')",
        f"<ExternalUserID>{EXTERNAL}</ExternalUserID>",
    )
    await database.execute(
        "INSERT INTO idempotent_answer (actor, key, fingerprint, status, body, created_at) "
        "VALUES ($1, 'k', '', 200, $2, now()), ($3, 'k', '', 200, '{}', now())",
        str(visit.advisor),
        f'{{"name": "{NAME}"}}',
        f"owner:{customer.id}",
    )
    await _brought(visit)
    return visit


async def _brought(visit: Checkout) -> None:
    """They came in a file, too."""
    customer_id = visit.customer.id
    job = await ImportJob.create(
        store_id=visit.store.id, by_id=visit.advisor.id, file_name="客户.xlsx", sha256="0" * 64, size_bytes=1,
        state="DONE", uploaded_at=clock.now(), ended_at=clock.now(), file_until=clock.now(),
    )  # fmt: skip
    change = {"table": "customer", "id": customer_id, "before": {"name": NAME}, "after": {"name": NAME}}
    others = {"table": "customer", "id": customer_id + 1, "before": {"name": "别人"}, "after": {"name": "别人"}}
    await ImportChunk.create(import_job_id=job.id, step=1, row=1, made={}, changed=[change, others])
    await ImportRemark.create(
        import_job_id=job.id, sheet=0, row=2, result="CHANGED", codes=[], proposals={"phone": PHONE}, key=PHONE
    )
    await ForeignNumber.create(kind="customer", number=PHONE, about=f"customer:{customer_id}")


async def _where_they_stand() -> set[str]:
    """Every column of the database with anything of theirs in it."""
    found = set()
    for row in await database.fetch(TEXTS):
        table, column = row["table_name"], row["column_name"]
        place = f"jobs.{table}" if table.startswith("pgqueuer") else table
        text = f"encode({column}::bytea, 'escape')" if column == "payload" and place != table else f'"{column}"::text'
        is_there = await database.fetch_value(
            f"SELECT EXISTS (SELECT FROM {place} t, unnest($1::text[]) m WHERE position(m IN {text}) > 0)", list(MARKS)
        )
        if is_there:
            found.add(f"{table}.{column}")
    return found


async def _asked(visit: Checkout, kind: PrivacyRequestKind = PrivacyRequestKind.DELETION) -> PrivacyRequest:
    return await requesting.ask(visit.owner, kind)


async def _agreed(visit: Checkout) -> PrivacyRequest:
    asked = await _asked(visit)
    officer = await make.acting(Role.DPO)
    return await answering.agree_to_delete(officer, asked.id, expected_version=asked.version)


async def test_nothing_of_them_stands_in_any_column_of_any_table():
    visit = await _known_well()
    asked = await _agreed(visit)
    before = await _where_they_stand()
    assert {"customer.name", "identity.value", "message.facts", "import_chunk.changed", "inbox_message.body"} <= before
    await clock.advance(timedelta(days=3, minutes=1))
    await jobs.erase_due()
    assert await _where_they_stand() == set()
    asked = await PrivacyRequest.get(id=asked.id)
    assert asked.state is PrivacyRequestState.DONE
    kept = await database.fetch_value("SELECT changed::text FROM import_chunk")
    assert "别人" in kept, "what is somebody else's stays"


async def test_what_a_law_keeps_stays_and_is_listed_with_the_law():
    visit = await _known_well()
    invoice = await _invoice(visit)
    asked = await _agreed(visit)
    card = await queries.one(await make.acting(Role.DPO), asked.id)
    laws = {hold.law: hold.headings for hold in card.holds}
    assert "开票申请" in laws["结算、付款和发票凭证依法保存十年"]
    assert {"维修工单", "车辆"} <= set(laws["维修记录依法保存六年"])
    await clock.advance(timedelta(days=4))
    await jobs.erase_due()
    assert (await InvoiceRequest.get(id=invoice.id)).name == NAME
    order = await RepairOrder.get(id=visit.order.id)
    assert (order.complaint, order.customer_id) == ("做个保养，刹车有点响", visit.customer.id)
    assert await _where_they_stand() == {"invoice_request.name"}


async def test_the_officer_reads_that_another_record_has_the_phone():
    visit = await _known_well()
    asked = await _asked(visit)
    officer = await make.acting(Role.DPO)
    assert (await queries.one(officer, asked.id)).same_phone == 0
    phone = (await Customer.get(id=visit.customer.id)).phone
    await Customer.filter(id=(await make.make_customer()).id).update(phone=phone)
    assert (await queries.one(officer, asked.id)).same_phone == 1


async def _invoice(visit: Checkout) -> InvoiceRequest:
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.READY)
    bill = await visit.sent()
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.CLOSED)
    paid = "UPDATE bill SET state = 'PAID', paid_fen = total_fen, paid_at = now() WHERE id = $1"
    await database.execute(paid, bill.id)
    return await InvoiceRequest.create(
        bill_id=bill.id, store_id=visit.store.id, customer_id=visit.customer.id, kind="NORMAL", title_kind="PERSON",
        name=NAME, tax_number="", address="", phone="", bank="", account="", email="a@b.cn", amount_fen=100,
        state="ISSUED", asked_at=clock.now(), due_at=clock.now(), ended_at=clock.now(), number="24", refusal="",
        handled_by_id=visit.cashier.id,
    )  # fmt: skip


async def test_their_pictures_are_deleted_and_one_that_somebody_else_shows_too_stays():
    visit = await _known_well()
    own, shared, licence = [(await media.store(picture(number))).key for number in (1, 2, 3)]
    other = await make_checkout()
    for order, keys in ((visit.order, (own, shared)), (other.order, (shared,))):
        await RepairEvent.create(
            repair_order_id=order.id, number=1, node="IN", kind="photo", text="", owner_text="",
            media=[{"position": "FRONT", "key": key} for key in keys], changes={}, at=clock.now(), actor="system:test",
        )  # fmt: skip
    await Binding.filter(customer_id=visit.customer.id).update(licence_media=licence)
    await _agreed(visit)
    await clock.advance(timedelta(days=4))
    await jobs.erase_due()
    for key in (own, licence):
        with pytest.raises(NotFound):
            await media.read(key)
    assert await media.read(shared)


async def test_they_are_found_by_nobody_and_their_session_has_ended():
    visit = await _known_well()
    manager = await make.acting(Role.GM)
    assert (await listing.of_reader(manager, search=NAME)).items
    await _agreed(visit)
    await clock.advance(timedelta(days=4))
    await jobs.erase_due()
    everybody = {row.id for row in (await listing.of_reader(manager)).items}
    assert visit.customer.id not in everybody
    person = await Customer.get(id=visit.customer.id)
    assert (person.name, person.phone, person.consultant_id) == ("已删除的客户", None, None)
    assert person.erased_at is not None


async def test_a_deletion_waits_three_days_and_can_be_taken_back_until_then():
    visit = await _known_well()
    asked = await _agreed(visit)
    await clock.advance(timedelta(days=2, hours=23))
    await jobs.erase_due()
    assert (await requesting.withdraw(visit.owner, asked.id)).state is PrivacyRequestState.WITHDRAWN
    await clock.advance(timedelta(days=1))
    await jobs.erase_due()
    assert (await Customer.get(id=visit.customer.id)).name == NAME


async def test_nobody_is_deleted_in_the_middle_of_a_repair():
    visit = await _known_well()
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.IN_PROGRESS, closed_at=None)
    with pytest.raises(StillGoingOn) as refused:
        await _agreed(visit)
    assert refused.value.details["headings"] == ["维修工单"]


async def test_what_begins_after_the_officer_agreed_is_waited_for():
    visit = await _known_well()
    await _agreed(visit)
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.IN_PROGRESS, closed_at=None)
    await clock.advance(timedelta(days=4))
    await jobs.erase_due()
    assert (await Customer.get(id=visit.customer.id)).erased_at is None
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.CLOSED, closed_at=clock.now())
    await jobs.erase_due()
    assert (await Customer.get(id=visit.customer.id)).erased_at is not None


async def test_who_asks_without_a_verified_phone_is_looked_at_first():
    visit = await _known_well()
    await Customer.filter(id=visit.customer.id).update(phone_verified_at=None)
    asked = await _asked(visit)
    officer = await make.acting(Role.DPO)
    with pytest.raises(IdentityNotChecked):
        await answering.agree_to_delete(officer, asked.id, expected_version=1)
    await answering.agree_to_delete(officer, asked.id, expected_version=1, identity_check="到店核对身份证")


async def test_an_answered_request_is_not_answered_again_and_each_act_has_its_kind():
    visit = await _known_well()
    asked = await _asked(visit, PrivacyRequestKind.EXPORT)
    officer = await make.acting(Role.DPO)
    with pytest.raises(NotThisKind):
        await answering.restrict(officer, asked.id, expected_version=1)
    done = await answering.give_copy(officer, asked.id, expected_version=1)
    with pytest.raises(IllegalMove):
        await answering.refuse(officer, asked.id, expected_version=done.version, answer="重复")


async def test_a_restriction_takes_them_out_of_marketing_and_is_lifted_at_their_wish():
    visit = await _known_well()
    asked = await _asked(visit, PrivacyRequestKind.RESTRICTION)
    officer = await make.acting(Role.DPO)
    await answering.restrict(officer, asked.id, expected_version=1)
    person = await Customer.get(id=visit.customer.id)
    assert person.restricted_at is not None
    assert person.marketing_stopped_at is not None
    card = await queries.one(officer, asked.id)
    assert card.restricted_at is not None
    await answering.lift(officer, person.id, reason="本人来电")
    assert (await Customer.get(id=visit.customer.id)).restricted_at is None


async def test_what_begins_at_the_moment_of_the_deletion_is_waited_for():
    visit = await _known_well()
    asked = await _agreed(visit)
    await clock.advance(timedelta(days=4))

    async def comes_again() -> None:
        await opening.open_walk_in(
            visit.advisor,
            store_id=visit.store.id,
            customer_id=visit.customer.id,
            vehicle_id=visit.vehicle.id,
            mileage_km=30_000,
            complaint="异响",
        )

    await while_open(comes_again, jobs.erase_due)
    assert (await PrivacyRequest.get(id=asked.id)).state is PrivacyRequestState.AGREED
    assert (await Customer.get(id=visit.customer.id)).erased_at is None
