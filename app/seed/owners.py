"""Car owners with years of visits, sampled by stratum so that every degree of inactivity occurs.

A third is retained (active or at risk), the rest has not come for longer: 12 % for 6–12 months, 28 % for 12–24, 22 %
for 24–36, 22 % for 36–60, 16 % longer. Without strata most owners would be very old ones.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from app.seed import names
from app.seed.group import Group
from crm_core.customers.models import Source
from crm_core.dealerships.models import Role
from crm_core.policies.current import group_policy
from crm_core.spelling.vin import check_digit
from crm_core.vehicles.expiry_rules import Expiry, last_day
from crm_core.vehicles.models import Powertrain, VehicleModel
from crm_core.vehicles.next_service import Interval, NextServicePolicy, Reading, ServicePlan, predict_next_service
from foundation import clock, database

BATCH: Final = 2_000
"""Owners written by one round of COPY; it limits memory and keeps the progress bar moving."""
RETAINED_SHARE: Final = 0.33
_SLEEP_STRATA: Final = ((0.12, 184, 365), (0.28, 366, 730), (0.22, 731, 1095), (0.22, 1096, 1825), (0.16, 1826, 3600))
_FRIEND_SHARE: Final = 0.22
_BOUND_SHARE: Final = 0.15
_CONSENT_SHARE: Final = 0.18
_OPTED_OUT_SHARE: Final = 0.06
_GONE_SHARE: Final = 0.09
_TWO_CARS_SHARE: Final = 0.07
_UNUSABLE_PHONE_SHARE: Final = 0.12
_NO_PHONE_SHARE: Final = 0.10
CONSENT_TEXT: Final = "2026-01"
FIRST_VEHICLE_ID = 1
VIN_SERIAL_DIGITS: Final = 6
VIN_PLANTS: Final = "123456789ABCDEFGHJKLMNPRSTUVWXYZ0"
"""Each plant code serves for a million cars, 33 million in all (GB 16735 leaves plant and serial to the maker)."""
STORY_VIN: Final = "LYFBB6CE3T2000123"
STORY_PLATE: Final = "粤BD1245"
STORY_PHONE: Final = "13812345678"
"""Shared with `platform.STORY_OWNER`: the phone filed with the car is the one WeChat vouches for."""

_ONE_QUIET_IN: Final = 25
_QUIET: Final = ((12 * 60, 14 * 60), (21 * 60 + 30, 8 * 60), (8 * 60, 10 * 60))
"""Of every 25th owner one wants no messages at noon, at night or while driving to work."""

Tables = dict[str, list[tuple[Any, ...]]]

COLUMNS: Final = {
    "customer": (
        "id", "name", "phone", "is_phone_usable", "home_store_id", "consultant_id", "advisor_id", "first_source",
        "tags", "last_visit_on", "visit_count", "spend_fen", "spend_24_months_fen", "next_service_due_on",
        "gone_reason", "marketing_stopped_at", "created_at", "version", "phone_verified_at",
    ),
    "identity": ("customer_id", "kind", "value", "created_at"),
    "friendship": (
        "customer_id", "staff_id", "external_userid", "add_way", "state", "since", "last_chatted_at", "ended_by",
    ),
    "consent": ("customer_id", "purpose", "text_version", "given_at", "how", "evidence", "withdrawn_how"),
    "quiet_hours": ("customer_id", "starts_minute", "ends_minute", "source", "noted_by_id", "since"),
    "vehicle": (
        "id", "vin", "plate", "model_id", "home_store_id", "delivered_on", "mileage_km", "mileage_on",
        "last_service_on", "next_service_due_on", "insurance_ends_on", "inspection_ends_on", "gone_reason",
    ),
    "ownership": ("vehicle_id", "customer_id", "role", "filed_phone", "since_on"),
    "binding": (
        "vehicle_id", "vin_last6", "customer_id", "role", "state", "how", "licence_media", "requested_at", "bound_at",
        "end_reason", "version",
    ),
    "odometer_reading": ("vehicle_id", "read_on", "km", "starts_new_series", "reason"),
    "service_visit": (
        "vehicle_id", "customer_id", "store_id", "visited_on", "km", "summary", "is_maintenance", "paid_fen",
    ),
}  # fmt: skip


@dataclass
class _History:
    """One car's visits, oldest first: day, km, what, whether it was maintenance, what the owner paid."""

    visits: list[tuple[date, int, str, bool, int]] = field(default_factory=list)


class _Maker:
    def __init__(
        self, dice: random.Random, group: Group, models: list[VehicleModel], policy: NextServicePolicy
    ) -> None:
        self.dice = dice
        self.group = group
        self.petrol = [model for model in models if model.powertrain is Powertrain.PETROL]
        self.others = [model for model in models if model.powertrain is not Powertrain.PETROL]
        self.policy = policy
        self.today = clock.today()
        self.customer_id = 0
        self.vehicle_id = FIRST_VEHICLE_ID - 1

    def owner(self, tables: Tables) -> None:
        """Add one owner with everything that hangs on them."""
        dice = self.dice
        self.customer_id += 1
        is_retained = dice.random() < RETAINED_SHARE
        home = dice.choice(self.group.live_stores)
        origin = home if is_retained else dice.choice(self.group.archive_stores + self.group.live_stores)
        if not is_retained and not origin.is_live:
            home = next(store for store in self.group.live_stores if store.city == origin.city)
        recency = self._recency(is_retained)
        roll = dice.random()
        phone = None if roll < _NO_PHONE_SHARE else names.mobile(dice)
        cars = 2 if dice.random() < _TWO_CARS_SHARE else 1
        histories = [self._car(tables, home.id, origin.id, phone, recency + n * 40) for n in range(cars)]
        self._customer(tables, home.id, phone, roll < _NO_PHONE_SHARE + _UNUSABLE_PHONE_SHARE, histories)

    def story_owner(self) -> Tables:
        """张伟 with their X6: two visits, about 38 km a day, the small service soon due; not a friend yet."""
        self.customer_id += 1
        self.vehicle_id += 1
        store = self.group.live_stores[0]
        model = next(model for model in self.petrol if model.code == "X6-2")
        delivered_on = date(2025, 3, 10)
        visits = [(date(2025, 8, 2), 5_480, "首保", 0), (date(2026, 3, 10), 13_800, "小保养", 640_00)]
        tables: Tables = {table: [] for table in COLUMNS}
        tables["vehicle"].append((
            self.vehicle_id, STORY_VIN, STORY_PLATE, model.id, store.id, delivered_on, 13_800, date(2026, 3, 10),
            date(2026, 3, 10), date(2026, 12, 1), date(2027, 1, 2), date(2027, 3, 31), "",
        ))  # fmt: skip
        tables["ownership"].append((self.vehicle_id, self.customer_id, "OWNER", STORY_PHONE, delivered_on))
        for day, km, what, paid in visits:
            tables["odometer_reading"].append((self.vehicle_id, day, km, False, ""))
            tables["service_visit"].append((self.vehicle_id, self.customer_id, store.id, day, km, what, True, paid))
        tables["customer"].append((
            self.customer_id, "张伟", STORY_PHONE, True, store.id, self.group.staff[store.id, Role.SC][0],
            self.group.staff[store.id, Role.SA][0], Source.WALK_IN.value, "[]", date(2026, 3, 10), 2, 640_00, 640_00,
            date(2026, 12, 1), "", None, clock.at(date(2025, 2, 20), 10), 1, None,
        ))  # fmt: skip
        return tables

    def _recency(self, is_retained: bool) -> int:
        if is_retained:
            return self.dice.randrange(1, 330)
        roll = self.dice.random()
        for share, first, last in _SLEEP_STRATA:
            if roll < share:
                return self.dice.randrange(first, last + 1)
            roll -= share
        return 1900

    def _car(
        self, tables: Tables, home_id: int, origin_id: int, phone: str | None, recency: int
    ) -> tuple[_History, date | None]:
        dice = self.dice
        self.vehicle_id += 1
        last_on = self.today - timedelta(days=recency)
        is_recent = last_on.year >= 2021
        model = dice.choice(self.others if dice.random() < (0.22 if is_recent else 0.03) else self.petrol)
        km_per_month = min(4_000.0, max(200.0, dice.lognormvariate(math.log(1_050), 0.45)))
        history, delivered_on = self._visits(model, last_on, km_per_month)
        readings = [Reading(day, km, is_service) for day, km, _, is_service, _ in history.visits]
        plan = ServicePlan(
            first=Interval(model.first_interval_km, model.first_interval_months),
            regular=Interval(model.interval_km, model.interval_months),
        )
        predicted = predict_next_service(readings, plan, delivered_on=delivered_on, policy=self.policy)
        due = predicted.due_on if predicted else None
        last = history.visits[-1]
        is_electric = model.powertrain is Powertrain.BEV
        insurance = delivered_on.replace(day=min(delivered_on.day, 28), year=self.today.year)
        tables["vehicle"].append((
            self.vehicle_id, self._vin(delivered_on.year), names.plate(
                dice, self.group.plate_prefix[home_id], is_electric=is_electric,
                is_hybrid=model.powertrain is Powertrain.PHEV),
            model.id, home_id, delivered_on, last[1], last[0], last[0], due,
            insurance if insurance >= self.today else insurance.replace(year=insurance.year + 1),
            _inspection(delivered_on, self.today), "",
        ))  # fmt: skip
        tables["ownership"].append((self.vehicle_id, self.customer_id, "OWNER", phone or "", delivered_on))
        for day, km, what, is_maintenance, paid in history.visits:
            tables["odometer_reading"].append((self.vehicle_id, day, km, False, ""))
            tables["service_visit"].append(
                (self.vehicle_id, self.customer_id, origin_id, day, km, what, is_maintenance, paid)
            )
        return history, due

    def _visits(self, model: VehicleModel, last_on: date, km_per_month: float) -> tuple[_History, date]:
        """Go back from the last visit; fewer and fewer owners have come so often (trade curve 94/63/42/31 %)."""
        dice = self.dice
        how_many = 1 + min(9, int(-math.log(max(dice.random(), 1e-4)) * 1.6))
        months = min(model.interval_months, model.interval_km / km_per_month)
        days = [last_on]
        for _ in range(how_many - 1):
            gap = months * 30.4 * dice.lognormvariate(0.05, 0.18)
            days.append(days[-1] - timedelta(days=max(45, int(gap))))
        days.reverse()
        first_months = min(model.first_interval_months, model.first_interval_km / km_per_month)
        delivered_on = days[0] - timedelta(days=max(30, int(first_months * 30.4)))
        history = _History()
        for n, day in enumerate(days):
            km = int((day - delivered_on).days / 30.4 * km_per_month)
            history.visits.append((day, min(km, 999_000), *self._ticket(n)))
        return history, delivered_on

    def _ticket(self, n: int) -> tuple[str, bool, int]:
        dice = self.dice
        if n == 0:
            return "首保", True, 0
        paid = int(dice.lognormvariate(math.log(640), 0.35)) * 100
        if dice.random() < 0.22:
            paid += int(dice.lognormvariate(math.log(900), 0.7)) * 100
            return "小保养、维修", True, paid
        if dice.random() < 0.05:
            paid += int(dice.lognormvariate(math.log(1_800), 0.5)) * 100
            return "大保养、空气滤芯、空调滤芯、刹车油", True, paid
        return "小保养、空调滤芯" if n % 2 == 0 else "小保养", True, paid

    def _customer(
        self,
        tables: Tables,
        home_id: int,
        phone: str | None,
        is_unusable: bool,
        cars: list[tuple[_History, date | None]],
    ) -> None:
        dice = self.dice
        visits = [visit for history, _ in cars for visit in history.visits]
        two_years_ago = self.today - timedelta(days=730)
        dues = [due for _, due in cars if due is not None]
        last_on = max(visit[0] for visit in visits)
        first_on = min(visit[0] for visit in visits)
        opted_out = dice.random() < _OPTED_OUT_SHARE
        row = (
            self.customer_id, names.person(dice), phone, not is_unusable, home_id,
            dice.choice(self.group.staff[home_id, Role.SC]), dice.choice(self.group.staff[home_id, Role.SA]),
            dice.choice((Source.WALK_IN, Source.DCC_INBOUND, Source.REFERRAL, Source.VERTICAL_SITE)).value,
            "[]", last_on, len(visits), sum(visit[4] for visit in visits),
            sum(visit[4] for visit in visits if visit[0] >= two_years_ago), min(dues) if dues else None,
            dice.choice(("sold", "scrapped", "moved")) if dice.random() < _GONE_SHARE else "",
            clock.at(last_on, 12) if opted_out else None, clock.at(first_on - timedelta(days=150), 10), 1,
        )  # fmt: skip
        is_bound = dice.random() < _FRIEND_SHARE and self._friend(
            tables, home_id, last_on, opted_out, self.vehicle_id - len(cars) + 1
        )
        # The number of an owner who bound a car in the mini program was confirmed by WeChat there.
        is_verified = is_bound and phone is not None and not is_unusable
        tables["customer"].append((*row, clock.at(last_on, 11) if is_verified else None))

    def _friend(self, tables: Tables, home_id: int, last_on: date, opted_out: bool, vehicle_id: int) -> bool:
        """Add the owner's friendships; returns whether they have the mini-program with their car in it."""
        dice, customer_id, since = self.dice, self.customer_id, clock.at(last_on, 11)
        external_userid, unionid = f"wm{customer_id:030d}", f"oU{customer_id:026d}"
        tables["identity"].append((customer_id, "EXTERNAL_USERID", external_userid, since))
        tables["identity"].append((customer_id, "UNIONID", unionid, since))
        is_bound = dice.random() < _BOUND_SHARE / _FRIEND_SHARE
        if is_bound:
            tables["identity"].append((customer_id, "OPENID", f"oM{customer_id:026d}", since))
            tables["binding"].append(
                (vehicle_id, "", customer_id, "OWNER", "BOUND", "phone_and_vin", "", since, since, "", 1)
            )
        consultants = self.group.staff[home_id, Role.SC]
        for staff_id in dice.sample(consultants, 2 if dice.random() < 0.15 else 1):
            chatted = since + timedelta(days=dice.randrange(0, 60), minutes=dice.randrange(600))
            tables["friendship"].append(
                (customer_id, staff_id, external_userid, 1, "", since, min(chatted, clock.now()), "")
            )
        if not opted_out and dice.random() < _CONSENT_SHARE / _FRIEND_SHARE:
            tables["consent"].append((customer_id, "MARKETING_WECOM", CONSENT_TEXT, since, "mini_program", "{}", ""))
        if customer_id % _ONE_QUIET_IN == 0:
            starts, ends = _QUIET[customer_id // _ONE_QUIET_IN % len(_QUIET)]
            said = ("MINI_PROGRAM", None) if is_bound else ("WECOM", consultants[0])
            tables["quiet_hours"].append((customer_id, starts, ends, *said, since))
        return is_bound

    def _vin(self, year: int) -> str:
        letter = "ABCDEFGHJKLMNPRSTVWXY"[(year - 2010) % 21]
        head = (
            f"LYF{self.dice.choice('ABE')}{self.dice.choice('ABC')}{self.dice.randrange(10)}D{self.dice.choice('EPT')}"
        )
        plant, serial = divmod(self.vehicle_id, 10**VIN_SERIAL_DIGITS)
        body = f"{head}0{letter}{VIN_PLANTS[plant]}{serial:0{VIN_SERIAL_DIGITS}d}"
        return body[:8] + check_digit(body) + body[9:]


async def make(dice: random.Random, group: Group, count: int, progress: Callable[[int], None]) -> None:
    """Write `count` owners in batches; ids follow each other from 1."""
    maker = _Maker(dice, group, await VehicleModel.all().order_by("id"), await group_policy(NextServicePolicy))
    await _write(maker.story_owner())
    done = 0
    for batch in _batches(maker, count):
        await _write(batch)
        done = min(count, done + BATCH)
        progress(done)
    for table in COLUMNS:
        await database.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
        )
    await database.execute("ANALYZE")


async def _write(tables: Tables) -> None:
    async with database.transaction():
        connection = database.executor()
        for table, rows in tables.items():
            await connection.copy_records_to_table(table, records=rows, columns=list(COLUMNS[table]))


def _batches(maker: _Maker, count: int) -> Iterator[Tables]:
    numbers = iter(range(count))
    while chunk := list(islice(numbers, BATCH)):
        tables: Tables = {table: [] for table in COLUMNS}
        for _ in chunk:
            maker.owner(tables)
        yield tables


def _inspection(delivered_on: date, today: date) -> date:
    """The month in which the inspection, which is valid for two years, runs out next."""
    years = 2
    while (ends := last_day(Expiry.INSPECTION, date(delivered_on.year + years, delivered_on.month, 1))) < today:
        years += 2
    return ends
