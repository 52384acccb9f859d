"""Customers and their cars, on one sheet or two: a row is read into a draft, matched, and written with its fellows.

The order of keys and what happens to doubles is a rule of its own (`matching`). What is on file is only filled where it
is blank; another value of the file is proposed to a person. The machine never merges two customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crm_core.customers.models import IdentityKind
from crm_core.imports.codes import Code
from crm_core.imports.journal import Columns
from crm_core.imports.marks import mark
from crm_core.imports.matching import Car, Draft, Person, Tie, match, tie_to
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking.drafts import read
from crm_core.imports.taking.run import Run, next_ids, write
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.spreadsheets.reading import Row

_NUMBER_WAS_TOLD: Final = (Code.PHONE_BAD, Code.PHONE_LOST)


@dataclass
class _Pending:
    """What a chunk will write."""

    people: list[Person] = field(default_factory=list)
    identities: list[tuple[Person, IdentityKind, str]] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    ties: list[tuple[Car, Tie]] = field(default_factory=list)


async def take(run: Run, rows: Sequence[Row], *, has_person: bool, has_car: bool) -> list[Outcome]:
    """An outcome for each row; everything is written when this returns."""
    drafts = [read(row, run.layout, run, has_car=has_car, has_person=has_person) for row in rows]
    known = await _Known.load(run, [draft for draft in drafts if not refuses(draft.codes)])
    pending = _Pending()
    outcomes = [_decide(run, draft, known, pending, has_person=has_person, has_car=has_car) for draft in drafts]
    await _write(run, known, pending)
    return outcomes


def _decide(run: Run, draft: Draft, known: "_Known", todo: _Pending, *, has_person: bool, has_car: bool) -> Outcome:
    if refuses(draft.codes):
        return left_out(*draft.codes)
    codes = list(draft.codes)
    made = changed = False
    proposals: dict[str, str] = {}
    car = known.cars.get(draft.vin) if has_car else None
    if car is not None and run.is_out_of_reach(car.home_store_id):
        return left_out(*draft.codes, Code.STORE_OUT_OF_REACH)
    person: Person | None = None
    if has_person:
        person, said = match(draft, known, car)
        codes += said
        if person is not None and run.is_out_of_reach(person.home_store_id):
            return left_out(*draft.codes, Code.STORE_OUT_OF_REACH)
        if person is None:
            person, made = known.add_person(run, draft), True
            todo.people.append(person)
            if not draft.mobiles and not any(code in codes for code in _NUMBER_WAS_TOLD):
                codes.append(Code.NO_MOBILE)
        else:
            changed |= person.fill(draft, proposals, run.told.get(draft.file_number))
        run.agree(draft.file_number, person.agreed)
        for kind, value in draft.names():
            if known.link(person, kind, value):
                todo.identities.append((person, kind, value))
                changed = True
    if has_car:
        if car is None:
            car, made = known.add_car(run, draft), True
            todo.cars.append(car)
        else:
            changed |= car.fill(draft, run.lists.other_model_id, proposals, run.told.get(draft.vin))
        run.agree(draft.vin, car.agreed)
        if person is not None:
            tie, said = tie_to(car, person.id, draft, run.today)
            codes += said
            if tie is not None:
                todo.ties.append((car, tie))
                made = True
    result = Result.NEW if made else Result.CHANGED if changed else Result.SAME
    return Outcome(result, tuple(sorted(set(codes))), proposals)


class _Known:
    """What is on file and may be meant by the rows in hand, together with what earlier rows of them made."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.by_name: dict[tuple[str, str], list[Person]] = {}
        self.companies: dict[str, list[Person]] = {}
        self.cars: dict[str, Car] = {}
        self._unborn = 0

    @classmethod
    async def load(cls, run: Run, drafts: Sequence[Draft]) -> "_Known":
        known = cls()
        vins = list({draft.vin for draft in drafts if draft.vin})
        for row in await database.fetch(
            "SELECT id, vin, plate, model_id, delivered_on, mileage_km, insurance_ends_on, inspection_ends_on, "
            "  home_store_id, model_text "
            "FROM vehicle WHERE vin = ANY($1)",
            vins,
        ):
            known.cars[row["vin"]] = Car(**row)
        cars_by_id = {car.id: car for car in known.cars.values()}
        owners: set[int] = set()
        for row in await database.fetch(
            "SELECT id, vehicle_id, customer_id, role, since_on, until_on FROM ownership "
            "WHERE vehicle_id = ANY($1) ORDER BY since_on, id",
            list(cars_by_id),
        ):
            cars_by_id[row.pop("vehicle_id")].ties.append(Tie(**{**row, "role": BindingRole(row["role"])}))
            owners.add(row["customer_id"])
        wanted = {name for draft in drafts for name in draft.names()}
        kinds, words = [kind.value for kind, _ in wanted], [word for _, word in wanted]
        found = await database.fetch(
            "SELECT i.customer_id FROM unnest($1::text[], $2::text[]) AS w(kind, value) "
            "JOIN identity i ON i.kind = w.kind AND i.value = w.value "
            "UNION SELECT c.id FROM customer c WHERE c.phone = ANY($3) "
            "UNION SELECT c.id FROM customer c WHERE c.is_company AND c.name = ANY($4)",
            kinds,
            words,
            [word for kind, word in wanted if kind is IdentityKind.PHONE],
            list({draft.name for draft in drafts if draft.is_company}),
        )
        await known._load_people(owners | {row["customer_id"] for row in found})
        return known

    async def _load_people(self, ids: set[int]) -> None:
        for row in await database.fetch(
            "SELECT id, name, phone, is_company, gender, remark, advisor_id, consultant_id, version, home_store_id, "
            "  phone_verified_at IS NOT NULL AS is_phone_verified FROM customer "
            "WHERE id = ANY($1) AND merged_into_id IS NULL ORDER BY id FOR NO KEY UPDATE",
            list(ids),
        ):
            person = Person(**row)
            self.people[person.id] = person
            if person.phone:
                self._index(person, IdentityKind.PHONE, person.phone)
            if person.is_company:
                self.companies.setdefault(person.name, []).append(person)
        for row in await database.fetch(
            "SELECT customer_id, kind, value FROM identity WHERE customer_id = ANY($1) AND kind = ANY($2) ORDER BY id",
            list(self.people),
            [kind.value for kind in NAMED_BY_FILES],
        ):
            person = self.people[row["customer_id"]]
            kind = IdentityKind(row["kind"])
            person.identities.add((kind, row["value"]))
            self._index(person, kind, row["value"])

    def _index(self, person: Person, kind: IdentityKind, value: str) -> None:
        holders = self.by_name.setdefault((kind.value, value), [])
        if person not in holders:
            holders.append(person)

    def named(self, kind: IdentityKind, value: str) -> list[Person]:
        """Everybody of this name, the eldest first."""
        return self.by_name.get((kind.value, value), [])

    def add_person(self, run: Run, draft: Draft) -> Person:
        """A customer nobody had on file; they get their number when they are written."""
        self._unborn -= 1
        person = Person(
            id=self._unborn,
            name=draft.name,
            phone=draft.mobiles[0] if draft.mobiles else None,
            is_company=draft.is_company,
            gender=draft.gender.value if draft.gender else "",
            remark=draft.remark,
            advisor_id=draft.advisor_id,
            consultant_id=draft.consultant_id,
            version=1,
            home_store_id=draft.store_id,
            draft=draft,
            agreed={column: mark(value) for column, value in draft.columns_of_person() if value},
        )
        self.people[person.id] = person
        if person.is_company:
            self.companies.setdefault(person.name, []).append(person)
        return person

    def link(self, person: Person, kind: IdentityKind, value: str) -> bool:
        """Whether this name is new for them."""
        if (kind, value) in person.identities:
            return False
        person.identities.add((kind, value))
        self._index(person, kind, value)
        # A number on file without an identity of its own is filed already.
        return not (kind is IdentityKind.PHONE and person.phone == value and person.draft is None)

    def add_car(self, run: Run, draft: Draft) -> Car:
        """A car nobody had on file."""
        self._unborn -= 1
        car = Car(
            id=self._unborn,
            vin=draft.vin,
            plate=draft.plate,
            model_id=draft.model_id,
            delivered_on=draft.delivered_on,
            mileage_km=draft.km,
            insurance_ends_on=draft.insurance_ends_on,
            inspection_ends_on=draft.inspection_ends_on,
            home_store_id=draft.store_id,
            model_text=draft.model_text if draft.model_id == run.lists.other_model_id else "",
            is_new=True,
        )
        car.fill(draft, run.lists.other_model_id, {})
        self.cars[draft.vin] = car
        return car


NAMED_BY_FILES: Final = (IdentityKind.PHONE, IdentityKind.LANDLINE, IdentityKind.USCC, IdentityKind.FILE_NUMBER)


async def _write(run: Run, known: _Known, todo: _Pending) -> None:
    real: dict[int, int] = {}
    people_ids = await next_ids("customer", len(todo.people))
    for person, number in zip(todo.people, people_ids, strict=True):
        real[person.id], person.id = number, number
    await write("customer", _CUSTOMER, [_customer_row(run, person) for person in todo.people])
    run.journal.make("customer", people_ids)
    car_ids = await next_ids("vehicle", len(todo.cars))
    for car, number in zip(todo.cars, car_ids, strict=True):
        car.id = number
    await write(
        "vehicle",
        _VEHICLE,
        [
            (
                car.id, car.vin, car.plate, car.model_id, car.home_store_id, car.delivered_on, car.mileage_km,
                car.insurance_ends_on, car.inspection_ends_on, "", car.model_text,
            )
            for car in todo.cars
        ],
    )  # fmt: skip
    run.journal.make("vehicle", car_ids)
    identity_ids = await next_ids("identity", len(todo.identities))
    await write(
        "identity",
        ("id", "customer_id", "kind", "value", "created_at"),
        [
            (number, person.id, kind.value, value, run.now)
            for number, (person, kind, value) in zip(identity_ids, todo.identities, strict=True)
        ],
    )
    run.journal.make("identity", identity_ids)
    touch_ids = await next_ids("source_touch", len(todo.people))
    await write(
        "source_touch",
        ("id", "customer_id", "source", "detail", "at"),
        [
            (number, person.id, person.draft.source.value, person.draft.source_text[:80], _created(run, person.draft))
            for number, person in zip(touch_ids, todo.people, strict=True)
            if person.draft is not None
        ],
    )
    run.journal.make("source_touch", touch_ids)
    tie_ids = await next_ids("ownership", len(todo.ties))
    people = {person.id: person for person in known.people.values()}
    rows = []
    for number, (car, tie) in zip(tie_ids, todo.ties, strict=True):
        tie.customer_id = real.get(tie.customer_id, tie.customer_id)
        # With the VIN, the filed number proves an owner to the mini-program; a user's must not.
        filed = (people[tie.customer_id].phone or "") if tie.role is BindingRole.OWNER else ""
        tie.id = number
        rows.append((number, car.id, tie.customer_id, tie.role.value, filed, tie.since_on, tie.until_on))
    await write("ownership", ("id", "vehicle_id", "customer_id", "role", "filed_phone", "since_on", "until_on"), rows)
    run.journal.make("ownership", tie_ids)
    await _write_changes(run, known)


async def _write_changes(run: Run, known: _Known) -> None:
    for person in known.people.values():
        if person.before:
            after = {name: getattr(person, name) for name in person.before}
            await _update("customer", person.id, after, is_versioned=True)
            run.journal.change(
                "customer", person.id, {**person.before, "version": person.version},
                {**after, "version": person.version + 1},
            )  # fmt: skip
    for car in known.cars.values():
        if car.before and not car.is_new:
            after = {name: getattr(car, name) for name in car.before}
            await _update("vehicle", car.id, after)
            run.journal.change("vehicle", car.id, car.before, after)
        for tie in car.ties:
            if tie.ends_with_us and tie.id > 0 and tie.was_open:
                await _update("ownership", tie.id, {"until_on": tie.until_on})
                run.journal.change("ownership", tie.id, {"until_on": None}, {"until_on": tie.until_on})


async def _update(table: str, row_id: int, after: Columns, *, is_versioned: bool = False) -> None:
    sets = [f"{name} = ${number}" for number, name in enumerate(after, start=2)]
    if is_versioned:
        sets.append("version = version + 1")
    await database.execute(f"UPDATE {table} SET {', '.join(sets)} WHERE id = $1", row_id, *after.values())


_CUSTOMER: Final = (
    "id", "name", "phone", "is_phone_usable", "home_store_id", "consultant_id", "advisor_id", "first_source", "tags",
    "visit_count", "spend_fen", "spend_24_months_fen", "gone_reason", "created_at", "version", "is_company", "gender",
    "remark",
)  # fmt: skip
_VEHICLE: Final = (
    "id", "vin", "plate", "model_id", "home_store_id", "delivered_on", "mileage_km", "insurance_ends_on",
    "inspection_ends_on", "gone_reason", "model_text",
)  # fmt: skip


def _customer_row(run: Run, person: Person) -> tuple[Any, ...]:
    draft = person.draft
    assert draft is not None
    return (
        person.id, person.name, person.phone, True, draft.store_id, person.consultant_id, person.advisor_id,
        draft.source.value, "[]", 0, 0, 0, "", _created(run, draft), 1, person.is_company, person.gender,
        person.remark,
    )  # fmt: skip


def _created(run: Run, draft: Draft) -> Any:
    return clock.at(draft.created_on, 12) if draft.created_on else run.now
