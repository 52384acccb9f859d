"""增项: decided item by item, once, on exactly what was seen; silence is never consent."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Role
from crm_core.repair_orders import additional_work, authorising, deciding, jobs
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Decision, Urgency
from crm_core.repair_orders.errors import (
    AdditionalWorkChanged,
    AdditionalWorkNotPriced,
    AlreadyDecided,
    DecisionTooLate,
    DeclineMustBeSigned,
    EvidenceMissing,
    LineNotFound,
    OwnerMustDecide,
    PhotoMissing,
    TooLateForAdditionalWork,
)
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.papers.models import AdditionalWork, DeclinedWork
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, NotFound
from tests import factories as make
from tests.workshop import PHOTO, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _asked(*urgencies: Urgency) -> tuple[Workshop, AdditionalWork, list[RepairLine]]:
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, *(urgencies or (Urgency.YELLOW,)))
    return shop, sheet, [line for line in await shop.lines(order) if line.additional_work_id]


async def test_of_two_decisions_at_once_one_wins():
    shop, sheet, (line,) = await _asked()
    answers = await asyncio.gather(
        *(
            deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: said})
            for said in (Decision.APPROVED, Decision.DECLINED, Decision.APPROVED, Decision.DECLINED)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, AdditionalWork) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyDecided) for answer in answers) == 3
    told = await database.fetch_value("SELECT count(*) FROM event WHERE name = 'repair_order.additional_work_decided'")
    assert told == 1


async def test_undecided_items_stay_open_until_the_deadline():
    shop, sheet, (first, second) = await _asked(Urgency.YELLOW, Urgency.GREEN)
    answered = await deciding.decide(shop.owner, sheet.id, sheet.version, {first.id: Decision.APPROVED})
    assert answered.state is AdditionalWorkState.SENT
    with pytest.raises(AlreadyDecided):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {first.id: Decision.DECLINED})
    await clock.advance(timedelta(minutes=31))
    with pytest.raises(DecisionTooLate):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {second.id: Decision.APPROVED})
    await jobs.expire_additional_work()
    await jobs.expire_additional_work()
    assert (await AdditionalWork.get(id=sheet.id)).state is AdditionalWorkState.EXPIRED
    assert (await RepairLine.get(id=second.id)).state is LineState.PROPOSED
    cards = await database.fetch("SELECT staff_id FROM message WHERE template = 'extra_work_timeout'")
    assert [card["staff_id"] for card in cards] == [shop.advisor.id]
    call = Evidence("phone", said_at=clock.now(), words="可以换")
    decided = await deciding.record_decision(shop.advisor, sheet.id, {second.id: Decision.APPROVED}, call)
    assert decided.state is AdditionalWorkState.APPROVED
    line = await RepairLine.get(id=second.id)
    assert (line.decided_how, line.evidence_note) == ("phone", "11月23日 10:01 说：可以换")


async def test_declined_safety_work_is_signed_and_followed_up():
    shop, sheet, (line,) = await _asked(Urgency.RED)
    with pytest.raises(DeclineMustBeSigned):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.DECLINED})
    call = Evidence("phone", said_at=clock.now(), words="先不换")
    with pytest.raises(DeclineMustBeSigned):
        await deciding.record_decision(shop.advisor, sheet.id, {line.id: Decision.DECLINED}, call)
    await deciding.decide(
        shop.owner, sheet.id, sheet.version, {line.id: Decision.DECLINED}, decline_signature=PHOTO["key"]
    )
    assert (await RepairLine.get(id=line.id)).decline_signature == PHOTO["key"]
    declined = await DeclinedWork.get(line_id=line.id)
    assert declined.follow_up_on == clock.today() + timedelta(days=3)
    assert declined.price_fen == 968_00


async def test_what_the_advisor_records_for_the_owner_can_be_shown():
    shop, sheet, (line,) = await _asked()
    yes, now = {line.id: Decision.APPROVED}, clock.now()
    for nothing in (
        Evidence("phone"),
        Evidence("phone", said_at=now),
        Evidence("phone", said_at=now + timedelta(minutes=1), words="可以换"),
        Evidence("paper"),
        Evidence("paper", said_at=now, words="签了字"),
        Evidence("mini_program"),
    ):
        with pytest.raises(EvidenceMissing):
            await deciding.record_decision(shop.advisor, sheet.id, yes, nothing)
    assert (await RepairLine.get(id=line.id)).state is LineState.PROPOSED
    await deciding.record_decision(shop.advisor, sheet.id, yes, Evidence("paper", photo=PHOTO["key"]))
    kept = await RepairLine.get(id=line.id)
    assert (kept.state, kept.decided_how, kept.evidence) == (LineState.AUTHORISED, "paper", PHOTO["key"])
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=line.id).update(evidence="")


async def test_an_older_link_no_longer_decides():
    shop, sheet, (line,) = await _asked()
    with pytest.raises(AdditionalWorkChanged):
        await deciding.decide(shop.owner, sheet.id, sheet.version - 1, {line.id: Decision.APPROVED})
    await additional_work.withdraw(shop.advisor, sheet.id)
    with pytest.raises(AdditionalWorkChanged):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {line.id: Decision.APPROVED})
    assert (await RepairLine.get(id=line.id)).state is LineState.CANCELLED


async def test_an_offer_with_a_price_is_not_the_technicians_to_take_back():
    shop, sheet, _ = await _asked()
    with pytest.raises(NotAllowed):
        await additional_work.withdraw(shop.technician, sheet.id)
    findings = [Finding("剩 2.1 毫米", Urgency.GREEN, [PHOTO], item_id=shop.pads.id)]
    found = await additional_work.propose(shop.technician, sheet.repair_order_id, findings)
    await additional_work.withdraw(shop.technician, found.id)


async def test_only_the_owners_account_decides():
    shop, sheet, (line,) = await _asked()
    yes = {line.id: Decision.APPROVED}
    stranger = make.acting_owner(await make.make_customer(phone="13900000001"))
    with pytest.raises(NotFound):
        await deciding.decide(stranger, sheet.id, sheet.version, yes)
    driver = await make.make_customer(phone="13900000002")
    await make.bind(shop.vehicle, driver, BindingRole.USER)
    with pytest.raises(OwnerMustDecide):
        await deciding.decide(make.acting_owner(driver), sheet.id, sheet.version, yes)
    with pytest.raises(NotAllowed):
        await deciding.decide(shop.advisor, sheet.id, sheet.version, yes)


async def test_items_of_another_sheet_are_not_decided():
    shop, sheet, _ = await _asked()
    service = await RepairLine.get(name="小保养")
    with pytest.raises(LineNotFound):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {service.id: Decision.DECLINED})
    with pytest.raises(LineNotFound):
        await deciding.decide(shop.owner, sheet.id, sheet.version, {})


async def test_a_technician_proposes_with_a_photo_and_never_prices():
    shop = await make_workshop()
    order = await shop.in_work()
    with pytest.raises(PhotoMissing):
        await additional_work.propose(shop.technician, order.id, [Finding("漏油", Urgency.RED, [], name="油封")])
    found = Finding("漏油", Urgency.RED, [PHOTO], name="油封更换")
    sheet = await additional_work.propose(shop.technician, order.id, [found])
    line = (await shop.lines(order))[1]
    price = [ItemPrice(line.id, labour_centihours=150, parts_fen=88_00, minutes=60)]
    with pytest.raises(NotAllowed):
        await additional_work.price(shop.technician, sheet.id, price)
    with pytest.raises(AdditionalWorkNotPriced):
        await additional_work.send(shop.advisor, sheet.id)
    priced = await additional_work.price(shop.advisor, sheet.id, price)
    assert (await RepairLine.get(id=line.id)).labour_fen == 360_00  # 1.5 hours at the store's 240 yuan.
    cheaper = await additional_work.price(shop.advisor, sheet.id, [ItemPrice(line.id, parts_fen=80_00)])
    assert cheaper.version == priced.version + 1
    assert cheaper.hash != priced.hash
    other = await make.acting(Role.TEC, shop.store, name="刘强")
    with pytest.raises(NotAllowed):
        await additional_work.propose(other, order.id, [found])


async def test_a_job_stopped_by_a_finding_waits_for_the_owner():
    shop = await make_workshop()
    order = await shop.in_work()
    service = (await shop.lines(order))[0]
    found = Finding("剩 2.1 毫米", Urgency.RED, [PHOTO], item_id=shop.pads.id)
    sheet = await additional_work.propose(shop.technician, order.id, [found], pauses_line_id=service.id)
    pads = (await shop.lines(order))[1]
    await additional_work.price(shop.advisor, sheet.id, [ItemPrice(pads.id)])
    await additional_work.send(shop.advisor, sheet.id)
    order = await shop.now(order)
    assert (order.state, order.standing) == (HeaderState.WAIT_OWNER, "等您决定增项")


async def test_nothing_is_added_before_authorisation_or_after_the_bill():
    shop = await make_workshop()
    order = await shop.estimated()
    found = [Finding("剩 2.1 毫米", Urgency.RED, [PHOTO], item_id=shop.pads.id)]
    with pytest.raises(IllegalMove):
        await additional_work.propose(shop.advisor, order.id, found)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    await shop.give_out(order)
    await shop.do_all(order)
    await database.execute("UPDATE repair_order SET state = 'BILLED' WHERE id = $1", order.id)
    with pytest.raises(TooLateForAdditionalWork):
        await additional_work.propose(shop.advisor, order.id, found)
