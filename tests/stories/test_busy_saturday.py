"""A store's busy Saturday in a storm: bookings and walk-ins, some who never come, a technician who falls ill, missing
parts, rework, more work, a stopped job, disputes and refunds, a car that is fetched, money paid ahead and on account;
platforms misbehave and the worker dies on the way.

At night the books balance, the stock adds up and nobody was forgotten.
"""

import os
import random
from datetime import timedelta
from typing import Final

import pytest

from foundation import clock, database
from tests.stories.people import OwnersPhone, StaffMember
from tests.stories.saturday import books, cars, road, till
from tests.stories.saturday.cars import Car, Turn
from tests.stories.saturday.day import WIPERS, Saturday, Store
from tests.stories.saturday.hands import at_once
from tests.stories.stage import Stage
from tests.stories.weather import SEED_VARIABLE, STORM

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

CARS: Final = int(os.environ.get("SATURDAY_CARS", "16"))
LAST_ARRIVAL: Final = timedelta(hours=15, minutes=30)
NIGHT: Final = timedelta(hours=21)
CODE: Final = "S01"


async def test_a_busy_saturday_ends_with_books_that_balance(stage: Stage) -> None:
    seed = int(os.environ.get(SEED_VARIABLE, "20261121"))
    dice = random.Random(seed)
    day = await _saturday(stage, dice)
    before = await books.shelves(day.store.id)
    await till.open_shift(day)
    road.choose(day)
    await STORM.begin(stage)
    await at_once(day.book(car) for car in day.cars if car.is_booked)
    await STORM.turn(stage)
    await road.send_driver(day)
    await till.open_accounts(day)

    noon, midnight = clock.at(clock.today(), 12), clock.at(clock.today(), 0)
    deaths = [clock.at(clock.today(), 14, 30), clock.at(clock.today(), 11)]
    while clock.now() < midnight + NIGHT and not _is_over(day):
        await day.half_hour()
        if clock.now() >= noon and not day.sick_id:
            await day.go_home_sick()
        if deaths and clock.now() >= deaths[-1]:
            await stage.kill("worker")
            deaths.pop()
        await stage.pass_time(minutes=30)
    await STORM.clear(stage)
    assert _is_over(day), await _still_in_the_house(day)
    await stage.pass_time(minutes=1)
    await the_desk_settles_what_is_open(day)
    await till.close_shift(day)
    await the_books_balance(day, before)
    await till.accounts_add_up(day)
    await road.the_car_was_fetched(day)
    await nobody_is_forgotten(day)
    await till.the_statement_says_the_same(day)


async def _saturday(stage: Stage, dice: random.Random) -> Saturday:
    """The store and its cars; owners of the mini-program have bound their car before."""
    store = await _store(stage)
    today = clock.today()
    drawn = await cars.drawn(dice, store.id, CARS, clock.now(), clock.at(today, 0) + LAST_ARRIVAL)
    for car in drawn:
        if car.person_id:
            car.phone = await _phone(stage, car)
    return Saturday(stage, store, drawn, dice)


async def _store(stage: Stage) -> Store:
    store_id = await database.fetch_value("SELECT id FROM store WHERE code = $1", CODE)

    async def people(role: str) -> list[tuple[int, StaffMember]]:
        rows = await database.fetch(
            "SELECT s.id, s.userid FROM staff s JOIN staff_role r ON r.staff_id = s.id "
            "WHERE r.store_id = $1 AND r.role = $2 ORDER BY s.id",
            store_id,
            role,
        )
        return [(row["id"], await stage.staff(row["userid"])) for row in rows]

    async def first(role: str) -> StaffMember:
        return (await people(role))[0][1]

    return Store(
        id=store_id,
        advisors=[member for _, member in await people("SA")],
        controller=await first("WC"),
        technicians=dict(await people("TEC")),
        inspector=await first("QC"),
        store_room=await first("PRT"),
        cashier=await first("CSH"),
        finance=await first("FIN"),
        service_manager=await first("SVM"),
        head=await first("GM"),
        care=await first("CRC"),
    )


async def _phone(stage: Stage, car: Car) -> OwnersPhone:
    phone = await stage.owner(car.person_id)
    await phone.sign_in()
    await phone.share_phone()
    bound = await phone.post("vehicles", {"vin_last6": car.vin[-6:]})
    assert bound["state"] == "BOUND"
    return phone


def _is_over(day: Saturday) -> bool:
    return all(car.turn in (Turn.NO_SHOW, Turn.LEFT) or "given" in car.done for car in day.cars)


async def _still_in_the_house(day: Saturday) -> str:
    """The cars whose day did not end, and where their jobs stand."""
    said = []
    for car in day.cars:
        if car.order_id and car.turn is not Turn.LEFT and "given" not in car.done:
            order = await day.store.service_manager.get(f"repair-orders/{car.order_id}")
            jobs = [(line["name"], line["state"], line["technician"], line["bay"]) for line in order["lines"]]
            said.append(f"{car.turn}: {order['state']} {jobs}")
    return "\n".join(said)


# -- at night ----------------------------------------------------------------------------------------------------------


async def the_desk_settles_what_is_open(day: Saturday) -> None:
    """Money is given back after a second person agreed, an objection is settled."""
    manager = day.store.service_manager
    for car in day.cars:
        if car.turn is Turn.REFUND:
            await _give_back(day, car)
        if car.turn is Turn.OBJECTION and car.phone is not None:
            path = f"repair-orders/{car.order_id}/hand-over"
            await car.phone.post(f"{path}/dispute", {"reason": "座椅上有油渍"})
            standing = await manager.get(path)
            settled = {"resolution": "当场清洁，送一次内饰清洗。", "version": standing["version"]}
            await manager.post(f"{path}/settlement", settled)
    await day.stage.quiet()


async def _give_back(day: Saturday, car: Car) -> None:
    bill = await day.store.cashier.get(f"bills/{car.bill_id}")
    line = bill["jobs"][0]["lines"][0]
    asked = {"lines": [{"line_no": line["line_no"], "amount_fen": 100}], "reason": "少做一项检查"}
    refund = await day.store.cashier.post(f"bills/{car.bill_id}/refunds", asked)
    for member in (day.store.service_manager, day.store.head, day.store.finance):
        for wanted in (await member.get("approvals"))["items"]:
            if wanted["about"] == f"refund:{refund['id']}" and wanted["is_mine_to_decide"]:
                agreed = {"agree": True, "version": wanted["version"]}
                await member.post(f"approvals/{wanted['id']}/decision", agreed)
    await day.stage.quiet()
    paid_out = {"method": "CASH", "reference": f"T{car.number:04}"}
    given = await day.store.cashier.post(f"refunds/{refund['id']}/pay-out", paid_out)
    assert given["state"] == "SUCCESS"


async def the_books_balance(day: Saturday, before: dict[str, int]) -> None:
    """Bills are their lines, money is bills, stock is its movements, and WeChat Pay says the same."""
    assert await books.bills_do_not_add_up() == []
    assert await books.stock_does_not_add_up(day.store.id) == []
    assert await books.overlapping_work() == []
    orders = [car.order_id for car in day.cars if car.order_id]
    assert await books.parts_not_settled(orders) == []
    after, moved = await books.shelves(day.store.id), await books.moved_for(orders)
    changed = {number: pieces - before.get(number, 0) for number, pieces in after.items()}
    assert {number: pieces for number, pieces in changed.items() if pieces} == {
        number: pieces for number, pieces in moved.items() if pieces
    }
    free = await database.fetch_value("SELECT count(*) FROM bill_line WHERE name = $1", WIPERS["name"])
    assert free == 2 * sum(car.turn is Turn.PARTS for car in day.cars), "labour and parts of each job in words"
    taken = [order for order in (await day.stage.hand("GET", "payments"))["orders"] if order["state"] == "SUCCESS"]
    booked = await database.fetch(
        "SELECT out_trade_no, received_fen FROM payment WHERE method IN ('WECHAT_JSAPI', 'WECHAT_CODE') "
        "AND state = 'SUCCESS'"
    )
    assert {one["body"]["out_trade_no"]: one["body"]["amount"]["total"] for one in taken} == {
        row["out_trade_no"]: row["received_fen"] for row in booked
    }


async def nobody_is_forgotten(day: Saturday) -> None:
    """Whoever came went home with the car; whoever did not is called; a day later the others are asked how it was."""
    came = [car for car in day.cars if car.order_id]
    assert len(came) == sum(car.turn is not Turn.NO_SHOW for car in day.cars)
    missed = [car.appointment_id for car in day.cars if car.turn is Turn.NO_SHOW and car.appointment_id]
    ended = await database.fetch("SELECT state FROM appointment WHERE id = ANY($1)", missed)
    assert {row["state"] for row in ended} == {"NO_SHOW"}
    called = await database.fetch_value(
        "SELECT count(*) FROM task WHERE kind = 'NO_SHOW' AND vehicle_id = ANY($1)",
        [car.vehicle_id for car in day.cars if car.turn is Turn.NO_SHOW and car.appointment_id],
    )
    assert called == len(missed)
    told = [car for car in came if car.turn is Turn.EXTRA and car.phone is not None]
    for car in told:
        assert car.phone is not None
        decided = await car.phone.get(f"repair-orders/{car.order_id}/additional-work")
        assert [sheet["state"] for sheet in decided] == ["PARTIAL"]
    await day.stage.pass_time(days=2, hours=3)
    states = await books.states([car.order_id for car in came])
    assert states == {"DELIVERED": len(came) - states["LEFT"], "LEFT": sum(car.turn is Turn.LEFT for car in came)}
    assert await database.fetch("SELECT entrypoint, count(*) FROM jobs.pgqueuer GROUP BY 1") == []
    assert await database.fetch_value("SELECT count(*) FROM message WHERE state = 'SENDING'") == 0
    assert day.stage.killed == 2
