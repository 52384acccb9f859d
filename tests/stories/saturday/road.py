"""取送车 of a Saturday: one booked car is fetched from its owner's door, and comes with a signature."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from foundation import clock, database
from tests.stories.people import StaffMember, signature
from tests.stories.saturday.cars import Turn

if TYPE_CHECKING:
    from tests.stories.saturday.day import Saturday

COMES_AFTER: Final = timedelta(hours=5)
"""So long after the morning's calls the car is due: time enough to send somebody."""
ADDRESS: Final = "深圳市南山区科技园南区 12 栋"


def choose(day: "Saturday") -> None:
    """Whose owner wants the car fetched, for the afternoon."""
    car = next(car for car in reversed(day.cars) if car.turn is Turn.PLAIN)
    car.is_booked, car.arrives_at = True, clock.now() + COMES_AFTER
    day.fetched = car


async def send_driver(day: "Saturday") -> None:
    """An advisor asks for a driver for the booking, and sends the one who is proposed first."""
    car = day.fetched
    assert car is not None
    advisor, arrives = day.advisor_of(car), car.arrives_at
    wish = {
        "kind": "PICK_UP",
        "address": ADDRESS,
        "phone": "13800005678",
        "window_from": (arrives - timedelta(minutes=105)).isoformat(),
        "window_to": (arrives - timedelta(minutes=60)).isoformat(),
    }
    run = await advisor.post(f"appointments/{car.appointment_id}/valet-runs", wish)
    proposed = (await advisor.get(f"valet-runs/{run['id']}/proposals"))[0]
    chosen = {"driver_id": proposed["driver_id"], "starts_at": proposed["starts_at"], "version": run["version"]}
    await advisor.post(f"valet-runs/{run['id']}/assignment", chosen)
    userid = await database.fetch_value("SELECT userid FROM staff WHERE id = $1", proposed["driver_id"])
    day.driver = await day.stage.staff(userid)


async def drive(day: "Saturday") -> None:
    """The driver does on the phone what is due: sets out, takes the car over, brings it."""
    car, driver = day.fetched, day.driver
    if car is None or driver is None or "fetched" in car.done:
        return
    run = next(run for run in await driver.get("my-valet-runs") if run["appointment_id"] == car.appointment_id)
    if run["state"] == "ASSIGNED" and run["starts_at"] <= clock.now().isoformat():
        await _step(driver, run["id"], "departure", run["version"])
    elif run["state"] == "ON_THE_WAY":
        met = {"met_name": "邻居老陈", "signature": signature(), "mileage_km": car.last_km + 290}
        await _step(driver, run["id"], "taking", run["version"], **met)
    elif run["state"] == "CAR_TAKEN":
        await _step(driver, run["id"], "delivery", run["version"])
        car.once("fetched")


async def the_car_was_fetched(day: "Saturday") -> None:
    """The run ended with the car in the store, before its order was opened, and whoever gave it signed."""
    assert day.fetched is not None
    run = await database.fetch_one(
        "SELECT r.state, r.signature, r.ended_at, o.opened_at FROM valet_run r "
        "JOIN repair_order o ON o.appointment_id = r.appointment_id WHERE r.appointment_id = $1",
        day.fetched.appointment_id,
    )
    assert run is not None
    assert (run["state"], bool(run["signature"])) == ("DELIVERED", True)
    assert run["ended_at"] <= run["opened_at"]


async def _step(driver: StaffMember, run_id: int, what: str, version: int, **more: object) -> None:
    await driver.post(f"valet-runs/{run_id}/{what}", {"version": version, **more})
