"""The people of a store on a Saturday, half an hour at a time. Whatever they do goes through their own doors over HTTP:
advisors through the desk, technicians through their jobs, the store room, the inspector, the cashier, owners by phone.

Each half hour everybody does what the screens show them to be due; cars are independent of each other and are moved at
once, as many hands would.
"""

import itertools
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from foundation import clock
from tests.stories.people import StaffMember, signature
from tests.stories.saturday import road, till
from tests.stories.saturday.cars import Car, Turn, now_or_before
from tests.stories.saturday.hands import at_once, tried
from tests.stories.stage import Stage

CORNERS: Final = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD", "INTERIOR")
"""How many things of one kind are done at once."""
PART_TAKES: Final = timedelta(hours=2)
WIPERS: Final = {
    "name": "换雨刮片",
    "minutes": 10,
    "labour_fen": 20_00,
    "parts": [{"name": "副厂雨刮片", "quantity": 2, "price_fen": 45_00}],
}
"""自由项目: the catalogue has neither the job nor the part."""


@dataclass
class Store:
    """The people of one store, each at their own desk or phone."""

    id: int
    advisors: list[StaffMember]
    controller: StaffMember
    technicians: dict[int, StaffMember]
    """By staff id."""
    inspector: StaffMember
    store_room: StaffMember
    cashier: StaffMember
    finance: StaffMember
    service_manager: StaffMember
    head: StaffMember
    care: StaffMember


@dataclass
class Saturday:
    """The day, its cars and what has been seen of them."""

    stage: Stage
    store: Store
    cars: list[Car]
    dice: random.Random
    began_at: datetime = field(default_factory=clock.now)
    shift_id: int = 0
    """The cashier's."""
    fetched: Car | None = None
    """The car that a driver brings."""
    driver: StaffMember | None = None
    ahead: Car | None = None
    """Whose owner has paid a little ahead."""
    company: Car | None = None
    """Whose owner pays at the end of the month."""
    sick_id: int = 0
    """The technician who goes home at noon."""
    photos: dict[str, str] = field(default_factory=dict)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def half_hour(self) -> None:
        """Everybody does what is due, in the order in which a car goes through the house."""
        await road.drive(self)
        await at_once(self.receive(car) for car in self.cars if self._is_at_the_gate(car))
        await self.dispatch()
        await self.take_over_from_the_sick()
        await self.hand_out_parts()
        await at_once(self.work(member) for member in self.store.technicians.values())
        await self.ask_for_more_work()
        await self.stop_some()
        await self.inspect()
        board = await self.board()
        await at_once(self.settle(car, board[car.order_id]) for car in self.cars if car.order_id in board)

    async def board(self) -> dict[int, dict[str, Any]]:
        """The day board of the store: its orders that are not over, by id."""
        shown = await self.store.service_manager.get("workshop/day", store_id=self.store.id)
        return {row["id"]: row for row in (*shown["in_workshop"], *shown["to_settle"])}

    def advisor_of(self, car: Car) -> StaffMember:
        return self.store.advisors[car.number % len(self.store.advisors)]

    def _is_at_the_gate(self, car: Car) -> bool:
        if car is self.fetched:
            return not car.order_id and "fetched" in car.done
        return car.turn is not Turn.NO_SHOW and not car.order_id and now_or_before(car)

    # -- the desk ------------------------------------------------------------------------------------------------------

    async def book(self, car: Car) -> None:
        """By phone, for the free time nearest to the wanted one; without any the car comes as a walk-in.

        A colleague on another phone may be quicker by a moment, then they look again.
        """
        advisor = self.advisor_of(car)
        wanted = {"vehicle_id": car.vehicle_id, "customer_id": car.customer_id, "store_id": self.store.id}
        items = await self.items(advisor, car)
        query = wanted | {"item_ids": ",".join(map(str, items)), "from_day": f"{clock.today()}", "days": 1}
        while free := [slot for slot in await advisor.get("reception/slots", **query) if slot["is_free"]]:
            slot = min(free, key=lambda one: abs(datetime.fromisoformat(one["starts_at"]) - car.arrives_at))
            body = wanted | {"item_ids": items, "starts_at": slot["starts_at"]}
            answer = await advisor.ask("POST", "appointments", json=body, headers={"idempotency-key": uuid4().hex})
            if answer.status_code != HTTPStatus.CONFLICT:
                break
            assert answer.json()["error"]["code"] == "slot_taken", answer.text
        else:
            car.is_booked = False
            return
        assert answer.status_code < HTTPStatus.BAD_REQUEST, answer.text
        booked = answer.json()
        assert booked["state"] == "CONFIRMED"
        car.appointment_id, car.arrives_at = booked["id"], datetime.fromisoformat(booked["starts_at"])

    async def items(self, advisor: StaffMember, car: Car) -> list[int]:
        """The jobs of the car as rows of the price list."""
        offered = await advisor.get(f"reception/service-items/{car.vehicle_id}/{self.store.id}")
        by_name = {one["name"]: one["item_id"] for one in offered}
        return [by_name[name] for name in car.jobs if name in by_name]

    async def receive(self, car: Car) -> None:
        """Check in, open, walk around, sign, estimate, authorise."""
        advisor = self.advisor_of(car)
        opening: dict[str, Any] = {"mileage_km": car.last_km + 300, "complaint": "按时保养", "waits_on_site": True}
        if car.appointment_id:
            seen = await advisor.get(f"appointments/{car.appointment_id}")
            await advisor.post(f"appointments/{car.appointment_id}/arrival", {"version": seen["version"]})
            opening |= {"appointment_id": car.appointment_id}
        else:
            opening |= {
                "store_id": self.store.id,
                "customer_id": car.customer_id,
                "vehicle_id": car.vehicle_id,
            }
        order = await advisor.post("repair-orders", opening)
        car.order_id = order["id"]
        path = f"repair-orders/{car.order_id}"
        walk = {
            "energy_percent": 55,
            "valuables_reminded": True,
            "covers_on": True,
            "photos": [{"position": corner, "key": await self.photo(advisor, corner)} for corner in CORNERS],
        }
        order = await advisor.post(f"{path}/inspection", walk | {"version": order["version"]})
        drawn = {"signature": signature(), "version": order["version"]}
        order = await advisor.post(f"{path}/inspection/signature", drawn)
        lines: list[dict[str, Any]] = [{"item_id": item} for item in await self.items(advisor, car)]
        if car.turn is Turn.PARTS:
            lines.append({"free": WIPERS})
        promised = clock.now() + timedelta(hours=3)
        asked = {"lines": lines, "promised_finish_at": promised.isoformat(), "version": order["version"]}
        order = await advisor.post(f"{path}/estimate", asked)
        order = await advisor.post(f"{path}/estimate/sending", {"version": order["version"]})
        said = {
            "how": "paper",
            "photo": await self.photo(advisor, "paper"),
            "estimate_version": order["estimate"]["version"],
        }
        if car.turn is Turn.LEFT:
            await advisor.post(
                f"{path}/estimate/decline", {"how": "paper", "estimate_version": said["estimate_version"]}
            )
            return
        await advisor.post(f"{path}/estimate/authorisation", said | {"keeps_old_parts": False})

    async def photo(self, member: StaffMember, label: str) -> str:
        """A picture of this kind, handed in once a day: what counts here is not the picture."""
        if label not in self.photos:
            self.photos[label] = (await member.photograph())["key"]
        return self.photos[label]

    # -- the workshop --------------------------------------------------------------------------------------------------

    async def dispatch(self) -> None:
        """The controller gives every waiting job to whom the board proposes first, one after the other."""
        member = self.store.controller
        refused: set[int] = set()
        while True:
            board = await member.get("workshop/bays", store_id=self.store.id)
            waiting = [job for job in board["waiting"] if job["line_id"] not in refused]
            job = next((one for one in waiting if self._choice(one)), None)
            if job is None:
                return
            choice = self._choice(job)
            assert choice is not None
            given = {
                "line_ids": [job["line_id"]],
                "technician_id": choice["technician_id"],
                "bay_id": choice["bay_id"],
                "version": job["order_version"],
            }
            refused.add(job["line_id"])
            await member.post(f"repair-orders/{job['repair_order_id']}/dispatch", given)

    def _choice(self, job: dict[str, Any]) -> dict[str, Any] | None:
        choices = [one for one in job["choices"] if one["is_eligible"] and one["technician_id"] != self.sick_id]
        return choices[0] if choices else None

    async def hand_out_parts(self) -> None:
        """Everything that is there; the part of some cars is not, and comes two hours later."""
        member = self.store.store_room
        cars = {car.order_id: car for car in self.cars if car.order_id}
        ready: set[int] = set()
        for row in await member.get("part-requests", store_id=self.store.id):
            car = cars.get(row["repair_order_id"])
            if car is None or row["state"] == "ISSUED":
                continue
            if row["state"] == "RESERVED" and car.turn is Turn.PARTS and car.once("missing"):
                back = {"expected_at": (clock.now() + PART_TAKES).isoformat()}
                await member.post(f"part-requests/{row['id']}/back-order", back | await self.version(member, car))
            elif row["state"] != "BACKORDERED":
                ready.add(car.order_id)
            elif row["expected_at"] is None or datetime.fromisoformat(row["expected_at"]) <= clock.now():
                # What nobody expects at a time is bought for the job, round the corner.
                await member.post(f"part-requests/{row['id']}/arrival")
                ready.add(car.order_id)
        for order_id in sorted(ready):
            await member.post(f"repair-orders/{order_id}/parts-issue", await self.version(member, cars[order_id]))

    async def version(self, member: StaffMember, car: Car) -> dict[str, int]:
        """The order's version on this person's screen."""
        return {"version": (await member.get(f"repair-orders/{car.order_id}"))["version"]}

    async def jobs_of(self, member: StaffMember) -> list[dict[str, Any]]:
        """Their own, without those they helped with or passed on."""
        return [job for job in await member.get("my-work") if job["is_own"]]

    async def work(self, member: StaffMember) -> None:
        """One job at a time: finish what has had its time, begin the next whose parts are there."""
        jobs = await self.jobs_of(member)
        for job in [one for one in jobs if one["state"] == "WORKING"]:
            if job["clocked_minutes"] < job["standard_minutes"]:
                return
            after = [{"key": await self.photo(member, "after"), "label": "施工后"}]
            await member.post(f"lines/{job['line_id']}/finish", {"photos": after, "is_self_checked": True})
            await self._check_each_other(job["repair_order_id"])
        if member is self.store.technicians.get(self.sick_id):
            return
        for job in jobs:
            if job["state"] not in ("ASSIGNED", "PAUSED", "QC_FAIL") or not _has_its_parts(job):
                continue
            # Another car may still be in the bay; then the next job is begun, or this one later.
            if await tried(member, f"lines/{job['line_id']}/start", unless="bay_occupied"):
                return

    async def _check_each_other(self, order_id: int) -> None:
        member = self.store.controller
        order = await member.get(f"repair-orders/{order_id}")
        if {line["state"] for line in order["lines"]} <= {"DONE", "QC_OK", "DECLINED", "CANCELLED"}:
            # Whoever finished the last job at the same moment has it checked, too.
            seen = {"version": order["version"]}
            await tried(member, f"repair-orders/{order_id}/team-check", seen, unless="stale_version")

    async def inspect(self) -> None:
        """The inspector passes what is done; some fail the first time."""
        member = self.store.inspector
        cars = {car.order_id: car for car in self.cars if car.order_id}
        for row in await member.get("quality-checks", store_id=self.store.id):
            path, car = f"repair-orders/{row['id']}/quality-check", cars[row["id"]]
            if car.turn is Turn.REWORK and car.once("failed"):
                wrong = {
                    "line_ids": [row["lines"][0]["id"]],
                    "reason": "力矩没到位",
                    "photos": [{"key": await self.photo(member, "wrong"), "label": "质检"}],
                }
                await member.post(f"{path}/fail", wrong | {"version": row["version"]})
            else:
                await member.post(
                    f"{path}/pass",
                    {
                        "was_road_tested": True,
                        "checklist": [{"point": point["name"]} for point in row["points"]],
                        "version": row["version"],
                    },
                )

    async def go_home_sick(self) -> None:
        """A technician with work leaves at noon; whoever is left takes over the work."""
        loads = {}
        for staff_id, member in self.store.technicians.items():
            loads[staff_id] = [job for job in await self.jobs_of(member) if job["state"] in ("ASSIGNED", "WORKING")]
        self.sick_id = max(loads, key=lambda staff_id: len(loads[staff_id]))
        assert loads[self.sick_id], "somebody has work at noon"
        today = f"{clock.today()}"
        away = {"staff_id": self.sick_id, "kind": "SICK", "first_on": today, "last_on": today}
        await self.store.service_manager.post("settings/lists/absences/rows", {"values": away})

    async def take_over_from_the_sick(self) -> None:
        """Jobs of the technician who went home go to others, rework included."""
        if not self.sick_id:
            return
        for job in await self.jobs_of(self.store.technicians[self.sick_id]):
            if job["state"] in ("ASSIGNED", "WORKING", "PAUSED", "QC_FAIL"):
                await self._reassign(job)

    async def _reassign(self, job: dict[str, Any]) -> None:
        member = self.store.controller
        people = await member.get(f"lines/{job['line_id']}/candidates")
        fit = [one for one in people if one["is_eligible"] and one["technician_id"] != self.sick_id]
        order = await member.get(f"repair-orders/{job['repair_order_id']}")
        if job["state"] != "ASSIGNED":
            place = {key: fit[0][key] for key in ("technician_id", "bay_id")}
            why = {"reason": "技师病假", "version": order["version"]}
            await member.post(f"lines/{job['line_id']}/reassignment", place | why)
            return
        for one in fit:
            # The board is asked while the job is dragged; a late job before it grows with the clock.
            begin = datetime.fromisoformat(one["starts_at"]) + timedelta(minutes=15)
            place = {"technician_id": one["technician_id"], "bay_id": one["bay_id"], "starts_at": begin.isoformat()}
            if not (await member.get(f"lines/{job['line_id']}/placement", **place))["conflicts"]:
                await member.post(f"lines/{job['line_id']}/move", place | {"version": order["version"]})
                return

    # -- what goes differently -----------------------------------------------------------------------------------------

    async def ask_for_more_work(self) -> None:
        """增项: two things are found; the owner allows one and declines the other."""
        for car in self.cars:
            if car.turn is Turn.EXTRA and car.order_id and "asked" not in car.done:
                await self._ask_for_more_work(car)

    async def _ask_for_more_work(self, car: Car) -> None:
        advisor, order = self.advisor_of(car), await self.advisor_of(car).get(f"repair-orders/{car.order_id}")
        working = [line for line in order["lines"] if line["state"] == "WORKING"]
        if not working or car.phone is None or not car.once("asked"):
            return
        technician = self.store.technicians[working[0]["technician_id"]]
        offered = await advisor.get(f"reception/service-items/{car.vehicle_id}/{self.store.id}")
        jobs = [one for one in offered if one["name"] in ("12V 电瓶", "更换轮胎")]
        photo = {"key": await self.photo(technician, "worn"), "label": "旧件"}
        findings = [
            {"item_id": job["item_id"], "finding": "老化", "urgency": "YELLOW", "photos": [photo]} for job in jobs
        ]
        path = f"repair-orders/{car.order_id}/additional-work"
        sheet = await technician.post(path, {"findings": findings})
        prices = {"items": [{"line_id": item["line_id"]} for item in sheet["items"]], "version": sheet["version"]}
        sheet = await advisor.post(f"additional-work/{sheet['id']}/prices", prices)
        await advisor.post(f"additional-work/{sheet['id']}/sending", {"version": sheet["version"]})
        (asked,) = await car.phone.get(path)
        decisions = [
            {"line_id": item["line_id"], "decision": decision}
            for item, decision in zip(asked["items"], ("APPROVED", "DECLINED"), strict=True)
        ]
        answer = {"version": asked["version"], "decisions": decisions}
        await car.phone.post(f"additional-work/{sheet['id']}/decisions", answer)

    async def stop_some(self) -> None:
        """中止: the owner wants the car back while somebody works on it."""
        for car in self.cars:
            if car.turn is not Turn.STOPPED or not car.order_id or "stopped" in car.done:
                continue
            order = await self.store.service_manager.get(f"repair-orders/{car.order_id}")
            if order["state"] == "IN_PROGRESS" and car.once("stopped"):
                why = {"reason": "车主临时要用车", "version": order["version"]}
                await self.store.service_manager.post(f"repair-orders/{car.order_id}/stop", why)
                await self._bring_parts_back(car)

    async def _bring_parts_back(self, car: Car) -> None:
        member = self.store.store_room
        for row in await member.get("part-requests", store_id=self.store.id):
            if row["repair_order_id"] == car.order_id and row["state"] == "ISSUED":
                await member.post(f"part-requests/{row['id']}/return")

    # -- the bill ------------------------------------------------------------------------------------------------------

    async def settle(self, car: Car, row: dict[str, Any]) -> None:
        """From the passed inspection to the given key."""
        advisor, path = self.advisor_of(car), f"repair-orders/{car.order_id}"
        if row["state"] in ("QC_PASSED", "WASHING"):
            await advisor.post(f"{path}/ready", {"version": row["version"]})
            row = row | {"state": "READY"}
        if row["state"] == "READY":
            bill = await advisor.post(f"{path}/bill")
            car.bill_id = bill["id"]
            await advisor.post(f"bills/{bill['id']}/sending", {"version": bill["version"]})
            row = row | {"state": "BILLED"}
        if row["state"] in ("BILLED", "BILL_CONFIRMED"):
            await till.pay(self, car)
        if (await advisor.get(path))["state"] == "PAID" and car.once("given"):
            acts = ("is_key_given", "are_old_parts_settled", "is_settlement_sheet_given", "are_valuables_given")
            given = dict.fromkeys(acts, True)
            await advisor.post(f"{path}/hand-over", given)
            await self.leave(car)

    async def leave(self, car: Car) -> None:
        """The owner confirms on the phone, or is seen driving away."""
        if car.phone is not None:
            await car.phone.post(f"repair-orders/{car.order_id}/hand-over/confirmation")
        else:
            await self.advisor_of(car).post(f"repair-orders/{car.order_id}/hand-over/departure")


def _has_its_parts(job: dict[str, Any]) -> bool:
    return all(part["state"] in ("ISSUED", "USED") for part in job["parts"])
