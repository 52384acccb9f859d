"""Customers and their cars, on one sheet or two: a row is read into a draft, matched, and written with its fellows.

The order of keys and what happens to doubles is a rule of its own (`matching`). What is on file is only filled where it
is blank; another value of the file is proposed to a person. The machine never merges two customers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crm_core.customers.models import IdentityKind, Source
from crm_core.imports import persons, values
from crm_core.imports.codes import Code
from crm_core.imports.journal import Columns
from crm_core.imports.layout import Layout
from crm_core.imports.matching import Car, Draft, Person, Tie, match, tie_to
from crm_core.imports.models_known import model_of
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking.run import Run, next_ids, write
from crm_core.spelling.name import is_uscc
from crm_core.spelling.vin import year_fits_sale
from crm_core.vehicles.expiry_rules import Expiry, last_day
from crm_core.vehicles.models import BindingRole
from foundation import clock, database
from foundation.spreadsheets.reading import Row

SOURCES: Final = {
    "自然到店": Source.WALK_IN, "到店": Source.WALK_IN, "转介绍": Source.REFERRAL, "朋友介绍": Source.REFERRAL,
    "老客户介绍": Source.REFERRAL, "网电销": Source.DCC_INBOUND, "DCC": Source.DCC_INBOUND, "电话": Source.DCC_INBOUND,
    "车展": Source.SHOW, "直播": Source.LIVE_STREAM, "小程序": Source.MINI_PROGRAM, "增换购": Source.RETAINED_REPEAT,
    "老客户增换购": Source.RETAINED_REPEAT, "网络": Source.VERTICAL_SITE, "垂直网站": Source.VERTICAL_SITE,
    "广告": Source.MARKETING_AD, "厂家": Source.OEM_ASSIGNED,
}  # fmt: skip
"""What dealers call the ways their customers came; anything else is a walk-in, with its own words kept."""
_USERS: Final = frozenset({"使用人", "家人", "司机", "驾驶人", "用车人", "配偶"})
_NUMBER_WAS_TOLD: Final = (Code.PHONE_BAD, Code.PHONE_LOST)
_REMARK_LENGTH: Final = 500


def read(row: Row, layout: Layout, run: Run, *, has_car: bool, has_person: bool) -> Draft:
    """The row as values, with what has to be said of its cells."""
    codes: dict[Code, None] = {}

    def take(read: values.Read[Any]) -> Any:
        codes.update(dict.fromkeys(read.codes))
        return read.value

    def text(name: str) -> str | None:
        found: str | None = take(values.identifier(layout.cell(row, name)))
        return found

    draft = Draft(row.number)
    if has_person:
        _read_person(draft, row, layout, run.job.source_system, take, text)
    if has_car:
        draft.vin = take(values.vin(layout.cell(row, "vin"))) or ""
        if not draft.vin and Code.VIN_CHECK in codes and run.job.accepts_unchecked_vins:
            draft.vin = values.identifier(layout.cell(row, "vin")).value or ""
            del codes[Code.VIN_CHECK]
            codes[Code.VIN_FOREIGN] = None
        draft.plate = take(values.plate(layout.cell(row, "plate"))) or ""
        _read_car(draft, row, layout, run, take, text)
        if not draft.vin and not any(code in codes for code in (Code.VIN_FORMAT, Code.VIN_DUMMY, Code.VIN_CHECK)):
            codes[Code.REQUIRED] = None
    store_text = text("store")
    draft.store_id, refused = run.lists.store_of(store_text, run.store_id)
    codes.update(dict.fromkeys(refused))
    _read_staff(draft, run, codes, text)
    draft.codes = tuple(codes)
    if has_person and not _has_identity(draft):
        draft.codes = (*draft.codes, Code.NO_IDENTITY)
    return draft


def _read_person(draft: Draft, row: Row, layout: Layout, source_system: str, take: Any, text: Any) -> None:
    if number := text("external_id"):
        draft.file_number = f"{source_system}:{number}"[:64]
    draft.uscc = text("uscc") or ""
    if draft.uscc and not is_uscc(draft.uscc):
        draft.uscc = ""
    kind = text("kind")
    name = take(persons.name(layout.cell(row, "name"), kind=kind, uscc=draft.uscc or None))
    numbers = take(
        persons.phones(layout.cells(row, "phone") + layout.cells(row, "phone_2") + layout.cells(row, "landline"))
    )
    if name is not None:
        draft.name, draft.is_company = name.text, name.is_company
        draft.gender = name.gender or persons.gender(layout.cell(row, "gender"))
    draft.mobiles, draft.landlines = numbers.mobiles, numbers.landlines
    source = text("source") or ""
    draft.source = SOURCES.get(source.upper(), Source.WALK_IN)
    draft.source_text = source
    said = [take(values.free_text(cell)) for cell in layout.cells(row, "note")]
    address = take(values.free_text(layout.cell(row, "address")))
    remarks = [*numbers.remarks, address, *said]
    draft.remark = "；".join(one for one in remarks if one)[:_REMARK_LENGTH]
    created = take(values.day(layout.cell(row, "created_at"), today=clock.today()))
    draft.created_on = created


def _read_car(draft: Draft, row: Row, layout: Layout, run: Run, take: Any, text: Any) -> None:
    draft.delivered_on = take(values.day(layout.cell(row, "delivered_on"), today=run.today))
    registered = take(values.day(layout.cell(row, "registered_on"), today=run.today))
    draft.delivered_on = draft.delivered_on or registered
    draft.since_on = take(values.day(layout.cell(row, "since_on"), today=run.today))
    insured = [day for cell in layout.cells(row, "insurance_ends_on") if (day := take(values.day(cell)))]
    draft.insurance_ends_on = min(insured, default=None)
    inspected = [day for cell in layout.cells(row, "inspection_due_on") if (day := take(values.day(cell)))]
    # The mark on the windscreen names a month.
    draft.inspection_ends_on = last_day(Expiry.INSPECTION, min(inspected)) if inspected else None
    draft.km = take(values.kilometres(layout.cell(row, "odometer"))) or 0
    role = text("role") or ""
    draft.role = BindingRole.USER if role in _USERS else BindingRole.OWNER
    model_text = take(values.plain(layout.cell(row, "model")))
    mapped = run.mapped("model", model_text) if model_text else None
    if mapped is not None:
        draft.model_id = int(mapped)
    else:
        draft.model_id, said = model_of(model_text, run.lists.models, run.lists.other_model_id)
        take(values.Read(None, said))
    draft.model_text = (model_text or "")[:40]
    if draft.vin and draft.delivered_on and not year_fits_sale(draft.vin, draft.delivered_on):
        take(values.Read(None, (Code.YEAR_MISMATCH,)))


def _read_staff(draft: Draft, run: Run, codes: dict[Code, None], text: Any) -> None:
    for name in ("advisor", "consultant"):
        said = text(name)
        member = run.lists.member(said, draft.store_id)
        if said and member is None:
            codes[Code.STAFF_UNKNOWN] = None
        setattr(draft, f"{name}_id", member.id if member else None)


def _has_identity(draft: Draft) -> bool:
    has_name = draft.name not in ("", persons.UNNAMED)
    return bool(draft.file_number or draft.mobiles or draft.vin or draft.uscc or (has_name and draft.landlines))


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
    person: Person | None = None
    if has_person:
        person, said = match(draft, known, car)
        codes += said
        if person is None:
            person, made = known.add_person(run, draft), True
            todo.people.append(person)
            if not draft.mobiles and not any(code in codes for code in _NUMBER_WAS_TOLD):
                codes.append(Code.NO_MOBILE)
        else:
            changed |= person.fill(draft, proposals)
        for kind, value in draft.names():
            if known.link(person, kind, value):
                todo.identities.append((person, kind, value))
                changed = True
    if has_car:
        if car is None:
            car, made = known.add_car(run, draft), True
            todo.cars.append(car)
        else:
            changed |= car.fill(draft, run.lists.other_model_id, proposals)
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
            "SELECT id, name, phone, is_company, gender, remark, advisor_id, consultant_id, version FROM customer "
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
            draft=draft,
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
