"""A finished visit, told again: the same rows in every table, for another car, on another day, by other hands.

Playing a visit through the verbs takes a tenth of a second, and months have hundreds of them. So some are played, and
the others are written in bulk from what those left behind: every row of every table that hangs on the order, with its
events, moved in time, with new ids and numbers. Sums, states and the order of events are those the verbs made.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from foundation import clock, database

Row = dict[str, Any]

_ORDERS: Final = "= ANY($1::bigint[])"
_OF_BILL: Final = "JOIN bill b ON b.about = 'repair_order:' || o.id"
_SUBJECTS: Final = """('repair_order:' || o.id, 'appointment:' || coalesce(o.appointment_id, 0),
    'hand_over:' || (SELECT h.id FROM hand_over h WHERE h.repair_order_id = o.id),
    'survey:' || coalesce((SELECT s.id FROM survey s WHERE s.repair_order_id = o.id), 0),
    'bill:' || (SELECT b.id FROM bill b WHERE b.about = 'repair_order:' || o.id))"""
_TABLES: Final = {
    "appointment": "JOIN appointment t ON t.id = o.appointment_id",
    "appointment_item": "JOIN appointment_item t ON t.appointment_id = o.appointment_id",
    "repair_order": "JOIN repair_order t ON t.id = o.id",
    "additional_work": "JOIN additional_work t ON t.repair_order_id = o.id",
    "repair_line": "JOIN repair_line t ON t.repair_order_id = o.id",
    "time_entry": "JOIN time_entry t ON t.repair_order_id = o.id",
    "estimate": "JOIN estimate t ON t.repair_order_id = o.id",
    "pre_inspection": "JOIN pre_inspection t ON t.repair_order_id = o.id",
    "quality_check": "JOIN quality_check t ON t.repair_order_id = o.id",
    "declined_work": "JOIN declined_work t ON t.repair_order_id = o.id",
    "part_request": "JOIN part_request t ON t.repair_order_id = o.id",
    "bill": "JOIN bill t ON t.about = 'repair_order:' || o.id",
    "bill_line": f"{_OF_BILL} JOIN bill_line t ON t.bill_id = b.id",
    "payment": f"{_OF_BILL} JOIN payment t ON t.about = 'bill:' || b.id",
    "ledger_entry": f"{_OF_BILL} JOIN ledger_entry t ON t.about = 'bill:' || b.id",
    "hand_over": "JOIN hand_over t ON t.repair_order_id = o.id",
    "survey": "JOIN survey t ON t.repair_order_id = o.id",
    "repair_event": "JOIN repair_event t ON t.repair_order_id = o.id",
    "event": f"JOIN event t ON t.subject IN {_SUBJECTS}",
}
"""What hangs on an order, each table after those it refers to."""

_WHAT_AN_ID_IS: Final = {
    "repair_order_id": "repair_order", "line_id": "repair_line", "bill_id": "bill", "appointment_id": "appointment",
    "additional_work_id": "additional_work", "payment_id": "payment", "survey_id": "survey", "store_id": "store",
    "hand_over_id": "hand_over", "customer_id": "customer", "vehicle_id": "vehicle", "bay_id": "bay",
    "advisor_id": "staff", "technician_id": "staff", "inspector_id": "staff", "made_by": "staff",
    "made_by_id": "staff", "found_by": "staff", "priced_by": "staff", "inspected_by": "staff", "issued_by": "staff",
    "received_by_id": "staff", "promise_kept_by": "staff",
}  # fmt: skip
_IN_TEXT: Final = re.compile(
    r'"(?P<key>[a-z_]+_id)": (?P<id>\d+)|"(?P<line>\d+)": \[|\b(?P<kind>[a-z_]+):(?P<ref>\d+)\b'
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:\d\d)|\"(?P<day>\d{4}-\d\d-\d\d)\""
)
_OWNERS: Final = {"owner": "customer"}


@dataclass(frozen=True)
class Played:
    """A visit that was played, with all its rows."""

    order_id: int
    rows: Mapping[str, list[Row]]

    @property
    def order(self) -> Row:
        """Its order."""
        return self.rows["repair_order"][0]


@dataclass(frozen=True)
class Anew:
    """How a told visit differs from the played one."""

    moved: timedelta
    ids: Mapping[tuple[str, int], int]
    """What becomes of ids the visit does not make itself: (kind, old) → new."""
    words: Mapping[str, str]
    """Names and numbers in texts."""
    store_code: str
    openid: str
    km: int
    promised_at: datetime | None = None
    """An earlier promise than the played one, which was therefore not kept."""


async def played(order_ids: Iterable[int]) -> list[Played]:
    """The rows of these orders."""
    wanted = list(order_ids)
    found: dict[int, dict[str, list[Row]]] = {order_id: {table: [] for table in _TABLES} for order_id in wanted}
    for table, join in _TABLES.items():
        rows = await database.fetch(
            f"SELECT o.id AS whose, t.* FROM repair_order o {join} WHERE o.id {_ORDERS} ORDER BY t.id", wanted
        )
        for row in rows:
            found[row.pop("whose")][table].append(row)
    return [Played(order_id, rows) for order_id, rows in found.items()]


async def played_bookings(appointment_ids: Iterable[int]) -> list[dict[str, list[Row]]]:
    """The rows of bookings of which no order came."""
    told = []
    for appointment_id in appointment_ids:
        rows = {}
        for table, condition in _OF_A_BOOKING.items():
            rows[table] = await database.fetch(f"SELECT * FROM {table} WHERE {condition} ORDER BY id", appointment_id)
        told.append(rows)
    return told


_OF_A_BOOKING: Final = {
    "appointment": "id = $1",
    "appointment_item": "appointment_id = $1",
    "event": "subject = 'appointment:' || $1::bigint",
}


@dataclass
class Ids:
    """Ids set aside in each table before anything is played, so that what happened earlier has the smaller ids."""

    next: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def reserve(cls, visits: int) -> "Ids":
        """Room for so many visits; ids that are not used stay unused."""
        ids = cls()
        for table in _TABLES:
            room = visits * _ROOM.get(table, 6)
            ids.next[table] = await database.fetch_value(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))")
            await database.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), $1)", ids.next[table] + room
            )
        return ids

    def take(self, table: str) -> int:
        """The next one."""
        self.next[table] += 1
        return self.next[table] - 1


_ONCE: Final = ("repair_order", "estimate", "pre_inspection", "hand_over", "survey", "bill", "payment", "ledger_entry")
_ROOM: Final = {"repair_event": 40, "event": 40, "bill_line": 10, **dict.fromkeys(_ONCE, 1), "appointment": 2}
"""The most rows of one visit, where they are not six; with its booking an owner may have missed one."""


@dataclass
class Told:
    """Rows to be written, by table."""

    ids: Ids
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def add(self, visit: Played, anew: Anew, sequence: int) -> int:
        """Tell a visit again, with the order's number in its store; returns the id of its order."""
        mine = self._ids_of(visit.rows) | dict(anew.ids)
        old = visit.order
        day = clock.local(old["opened_at"] + anew.moved)
        renumbered = f"RO-{anew.store_code}-{day:%y%m%d}-{sequence:04d}"
        own = {"sequence_no": sequence, "mileage_km": anew.km}
        words = dict(anew.words) | {
            old["number"]: renumbered,
            f"工单 {old['sequence_no']:04d}": f"工单 {sequence:04d}",
            f"{old['mileage_km']:,} 公里": f"{anew.km:,} 公里",
            f'"mileage_km": {old["mileage_km"]}': f'"mileage_km": {anew.km}',
        }
        self._tell(visit.rows, _Teller(mine, anew, words, old["first_promised_at"]), own)
        return mine["repair_order", visit.order_id]

    def add_booking(self, rows: Mapping[str, list[Row]], anew: Anew) -> None:
        """Tell a booking again that no order came of."""
        self._tell(rows, _Teller(self._ids_of(rows) | dict(anew.ids), anew, dict(anew.words), None), {})

    def _ids_of(self, rows: Mapping[str, list[Row]]) -> dict[tuple[str, int], int]:
        return {(table, row["id"]): self.ids.take(table) for table, of_table in rows.items() for row in of_table}

    def _tell(self, rows: Mapping[str, list[Row]], teller: "_Teller", own: Row) -> None:
        for booked in rows["appointment"]:
            teller.words[clock.dated(booked["starts_at"])] = clock.dated(booked["starts_at"] + teller.anew.moved)
        teller.read_words()
        for table, of_table in rows.items():
            for row in of_table:
                new = {name: teller.value(table, name, value) for name, value in row.items()}
                new |= {name: value for name, value in own.items() if name in new}
                if table == "payment":
                    new["out_trade_no"] = f"C{new['created_at']:%y%m%d}{new['id']:09d}"
                    new["receipt_number"] = row["receipt_number"] and f"POS{new['id']:06d}"
                self.columns.setdefault(table, list(new))
                self.rows.setdefault(table, []).append(tuple(new.values()))

    async def write(self) -> None:
        """Copy everything into its tables."""
        async with database.transaction():
            for table in _TABLES:
                if rows := self.rows.get(table):
                    await database.executor().copy_records_to_table(table, records=rows, columns=self.columns[table])


@dataclass
class _Teller:
    ids: Mapping[tuple[str, int], int]
    anew: Anew
    words: dict[str, str]
    promised_at: datetime | None
    _any_word: re.Pattern[str] = field(init=False)

    @property
    def _days(self) -> timedelta:
        return timedelta(days=round(self.anew.moved / timedelta(days=1)))

    def read_words(self) -> None:
        """Make ready to find every word."""
        self._any_word = re.compile("|".join(re.escape(word) for word in sorted(self.words, key=len, reverse=True)))

    def value(self, table: str, name: str, value: Any) -> Any:
        """One column of the told row."""
        if isinstance(value, datetime):
            if self.anew.promised_at is not None and value == self.promised_at:
                return self.anew.promised_at
            return value + self.anew.moved
        if isinstance(value, date):
            return value + self._days
        if name == "openid":
            return self.anew.openid if value else ""
        if isinstance(value, str):
            return self._text(value) if len(value) != _HASH and value else value
        if name == "id":
            return self.ids[table, value]
        kind = _WHAT_AN_ID_IS.get(name)
        return value if kind is None or value is None else self.ids.get((kind, value), value)

    def _text(self, text: str) -> str:
        return self._any_word.sub(lambda found: self.words[found[0]], _IN_TEXT.sub(self._told, text))

    def _told(self, found: re.Match[str]) -> str:
        if found["key"]:
            kind = _WHAT_AN_ID_IS.get(found["key"], found["key"].removesuffix("_id"))
            return f'"{found["key"]}": {self.ids.get((kind, int(found["id"])), found["id"])}'
        if found["line"]:
            return f'"{self.ids.get(("repair_line", int(found["line"])), found["line"])}": ['
        if found["kind"]:
            kind = _OWNERS.get(found["kind"], found["kind"])
            return f"{found['kind']}:{self.ids.get((kind, int(found['ref'])), found['ref'])}"
        if found["day"]:
            return f'"{datetime.fromisoformat(found["day"]).date() + self._days}"'
        return (datetime.fromisoformat(found["moment"]) + self.anew.moved).isoformat()


_HASH: Final = 64
"""What is as long as this is a digest."""
