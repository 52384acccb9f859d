"""Rows whose period is over are removed at night, kind by kind; what is open, disputed or kept by law stays."""

from datetime import timedelta

import pytest

from crm_core.customers.models import Customer, Purpose, SourceTouch
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.messaging.models import Message
from crm_core.privacy import keeping_queries, retention
from crm_core.privacy.erasing import Erased, erase
from crm_core.privacy.models import RetentionRun
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock, database
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import make_checkout

pytestmark = pytest.mark.usefixtures("database")


async def _counts(run: RetentionRun) -> dict[str, int]:
    officer = await make.acting(Role.DPO)
    standing = await keeping_queries.standing(officer)
    told = standing.last_dry if run.is_dry else standing.last
    assert told is not None
    return {each.key: each.count for each in told.found if each.count}


async def test_who_never_bought_is_anonymous_a_year_after_the_last_contact():
    old = clock.now() - timedelta(days=400)
    gone, touched = (
        await make.make_customer(created_at=old),
        await make.make_customer(created_at=old, phone="13800000001"),
    )
    await SourceTouch.create(customer_id=touched.id, source="WALK_IN", at=clock.now() - timedelta(days=30))
    owner = await make.make_customer(created_at=old, phone="13800000002")
    await make.make_vehicle(owner)
    assert (await _counts(await retention.run(await make.acting(Role.DPO))))["never_bought"] == 1
    assert (await Customer.get(id=gone.id)).erased_at is None, "a dry run removes nothing"
    await retention.run()
    erased = await Customer.filter(erased_at__isnull=False).values_list("id", flat=True)
    assert erased == [gone.id]
    assert await AuditEntry.filter(action="privacy.retention").count() == 1


async def test_who_comes_back_while_others_are_made_anonymous_stays(monkeypatch):
    old = clock.now() - timedelta(days=400)
    first, back = (
        await make.make_customer(created_at=old),
        await make.make_customer(created_at=old, phone="13800000001"),
    )

    async def erase_and_meet(customer_id: int) -> Erased:
        await SourceTouch.get_or_create(customer_id=back.id, source="WALK_IN", defaults={"at": clock.now()})
        return await erase(customer_id)

    monkeypatch.setattr(retention, "erase", erase_and_meet)
    await retention.run()
    assert await Customer.filter(erased_at__isnull=False).values_list("id", flat=True) == [first.id]


async def test_pictures_of_a_repair_end_after_two_years_unless_it_is_disputed():
    quiet, disputed = await make_checkout(), await make_checkout()
    for visit in (quiet, disputed):
        await RepairOrder.filter(id=visit.order.id).update(
            state=HeaderState.CLOSED, closed_at=clock.now() - timedelta(days=800)
        )
        await RepairEvent.create(
            repair_order_id=visit.order.id, number=1, node="IN", kind="photo", text="", owner_text="",
            media=[{"position": "FRONT", "key": "a"}], changes={}, at=clock.now(), actor="system:test",
        )  # fmt: skip
    await database.execute(
        "INSERT INTO complaint (about, source, store_id, customer_id, vehicle_id, repair_order_id, body, state, "
        "opened_at, version) VALUES ('survey:1', '评价', $1, $2, $3, $4, '划痕', 'OPEN', now(), 1)",
        disputed.store.id, disputed.customer.id, disputed.vehicle.id, disputed.order.id,
    )  # fmt: skip
    await retention.run()
    assert (await RepairEvent.get(repair_order_id=quiet.order.id)).media == []
    assert (await RepairEvent.get(repair_order_id=disputed.order.id)).media != []


async def test_a_picture_of_a_licence_ends_with_the_decision():
    customer = await make.make_customer()
    for state in (BindingState.PENDING, BindingState.UNBOUND):
        await Binding.create(
            customer_id=customer.id, role=BindingRole.OWNER, state=state, how="licence", licence_media="key",
            requested_at=clock.now() - timedelta(days=1), vin_last6="000123" if state is BindingState.PENDING else "",
        )  # fmt: skip
    await retention.run()
    kept = {row.state: row.licence_media for row in await Binding.all()}
    assert kept == {BindingState.PENDING: "key", BindingState.UNBOUND: ""}


async def test_what_a_message_said_is_forgotten_after_two_years_and_a_record_after_six():
    visit = await make_checkout()
    await RepairOrder.filter(id=visit.order.id).update(state=HeaderState.CLOSED, closed_at=clock.now())
    await Message.create(
        template="bill_due", customer_id=visit.customer.id, facts={"plate": "粤B·D**45"}, about="bill:1",
        dedupe_key="m", state="SENT", created_at=clock.now(),
    )  # fmt: skip
    await clock.advance(timedelta(days=3 * 366))
    await retention.run()
    assert (await Message.get(dedupe_key__startswith="erased:")).facts == {}
    assert (await RepairOrder.get(id=visit.order.id)).complaint
    await clock.advance(timedelta(days=4 * 366))
    await retention.run()
    assert not (await RepairOrder.get(id=visit.order.id)).complaint


async def test_a_second_night_finds_nothing_and_only_the_officer_asks():
    await make.make_customer(created_at=clock.now() - timedelta(days=400))
    await retention.run()
    assert "never_bought" not in await _counts(await retention.run())
    manager = await make.acting(Role.GM)
    with pytest.raises(NotAllowed):
        await retention.run(manager)
    with pytest.raises(NotAllowed):
        await keeping_queries.standing(manager)


async def test_the_officer_sees_who_agreed_to_which_text_when():
    customer = await make.make_customer(await make.make_store())
    for version, withdrawn in (("paper-1", clock.now()), ("2026-01", None)):
        await database.execute(
            "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_at, "
            "withdrawn_how) VALUES ($1, 'MARKETING_SMS', $2, now(), 'mini_program', '{}', $3, '')",
            customer.id, version, withdrawn,
        )  # fmt: skip
    officer = await make.acting(Role.DPO)
    told = {(text.purpose, text.version): text for text in await keeping_queries.texts(officer)}
    current = told[Purpose.MARKETING_SMS, "2026-01"]
    assert (current.is_current, current.agreeing, current.ended) == (True, 1, 0)
    assert told[Purpose.MARKETING_SMS, "paper-1"].ended == 1
    page = await keeping_queries.consents(officer, purpose=Purpose.MARKETING_SMS, limit=1)
    assert (page.items[0].text_version, page.items[0].customer_name) == ("2026-01", "张*")
    rest = await keeping_queries.consents(officer, cursor=page.next_cursor)
    assert [row.text_version for row in rest.items] == ["paper-1"]
