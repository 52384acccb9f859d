"""What a chunk of customers and cars comes to is written: one `COPY` for each table, and what is on file filled in."""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field
from datetime import datetime
from typing import Any, Final

from crm_core.custom_fields.filling import FILE, LiveField, Noted
from crm_core.custom_fields.rules import Columns, FieldAbout, Held, columns, may_overwrite
from crm_core.customers.models import IdentityKind
from crm_core.imports.journal import Change, Value
from crm_core.imports.matching import Car, Draft, Person, Tie
from crm_core.imports.taking.on_file import Known
from crm_core.imports.taking.run import Run, change, next_ids, write
from crm_core.vehicles.models import BindingRole
from foundation import clock


@dataclass
class Pending:
    """What a chunk will write."""

    people: list[Person] = field(default_factory=list)
    identities: list[tuple[Person, IdentityKind, str]] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    ties: list[tuple[Car, Tie]] = field(default_factory=list)
    own: dict[tuple[int, int], "OwnValue"] = field(default_factory=dict)
    """Custom fields, by the field and the id their customer or car has until it is written."""

    def note(self, known: Known, person: Person | None, car: Car | None, own: LiveField, value: Held) -> bool:
        """A row says this of a custom field. Whether that is news: people's own words stay."""
        about = person if own.about is FieldAbout.CUSTOMER else car
        if about is None:
            return False
        key, told = (own.id, about.id), columns(value)
        before = known.noted.get(key)
        if before is not None and (before.columns == told or not may_overwrite(before.set_by, FILE, is_person=False)):
            return False
        known.noted[key] = Noted(before.row_id if before else 0, told, FILE)
        first = self.own[key].before if key in self.own else before
        self.own[key] = OwnValue(own, about, told, first)
        return True


@dataclass
class OwnValue:
    """A value of a custom field to be written, and the one on file that it replaces."""

    field: LiveField
    about: Person | Car
    columns: Columns
    before: Noted | None


_CUSTOMER: Final = (
    "id", "name", "phone", "is_phone_usable", "home_store_id", "consultant_id", "advisor_id", "first_source", "tags",
    "visit_count", "spend_fen", "spend_24_months_fen", "gone_reason", "created_at", "version", "is_company", "gender",
    "birthday", "city", "remark", "next_service_due_on",
)  # fmt: skip
_VEHICLE: Final = (
    "id", "vin", "plate", "model_id", "home_store_id", "delivered_on", "mileage_km", "insurance_ends_on",
    "inspection_ends_on", "gone_reason", "model_text", "next_service_due_on",
)  # fmt: skip
_CUSTOM_VALUE: Final = (
    "id", "field_id", "customer_id", "vehicle_id", "text_value", "number_value", "day_value", "yes_value", "set_at",
    "set_by",
)  # fmt: skip
_OWNERSHIP: Final = ("id", "vehicle_id", "customer_id", "role", "filed_phone", "since_on", "until_on")


async def file(run: Run, known: Known, todo: Pending) -> None:
    """Write it, with everything in the journal. New cars and their owners are filed with the day they are due."""
    unborn = {person.id: person for person in todo.people}
    for person, number in zip(todo.people, await next_ids("customer", len(todo.people)), strict=True):
        person.id = number
    for car, number in zip(todo.cars, await next_ids("vehicle", len(todo.cars)), strict=True):
        car.id, car.due_on = number, run.first_due(car.model_id, car.delivered_on)
    for _, tie in todo.ties:
        if tie.customer_id in unborn:
            tie.customer_id = unborn[tie.customer_id].id
    people = {person.id: person for person in known.people.values()}
    for car, tie in todo.ties:
        person = people[tie.customer_id]
        if tie.until_on is None and car.due_on is not None:
            person.due_on = min(person.due_on or car.due_on, car.due_on)
    await _insert(
        run, "customer", _CUSTOMER, [_customer(run, person, person.draft) for person in todo.people if person.draft]
    )
    await _insert(run, "vehicle", _VEHICLE, [_vehicle(car) for car in todo.cars])
    identities = await next_ids("identity", len(todo.identities))
    await _insert(
        run, "identity", ("id", "customer_id", "kind", "value", "created_at"),
        [
            (number, person.id, kind.value, value, run.now)
            for number, (person, kind, value) in zip(identities, todo.identities, strict=True)
        ],
    )  # fmt: skip
    touches = await next_ids("source_touch", len(todo.people))
    await _insert(
        run, "source_touch", ("id", "customer_id", "source", "detail", "at"),
        [
            (number, person.id, person.draft.source.value, person.draft.source_text[:80], _created(run, person.draft))
            for number, person in zip(touches, todo.people, strict=True)
            if person.draft
        ],
    )  # fmt: skip
    for (_, tie), number in zip(todo.ties, await next_ids("ownership", len(todo.ties)), strict=True):
        tie.id = number
    await _insert(
        run, "ownership", _OWNERSHIP, [_ownership(car, tie, people[tie.customer_id]) for car, tie in todo.ties]
    )
    await _note(run, todo)
    await _fill(run, known)


async def _note(run: Run, todo: Pending) -> None:
    fresh = [each for each in todo.own.values() if each.before is None]
    numbers = await next_ids("custom_value", len(fresh))
    await _insert(run, "custom_value", _CUSTOM_VALUE, [
        (number, each.field.id, *_about(each), *astuple(each.columns), run.now, FILE)
        for number, each in zip(numbers, fresh, strict=True)
    ])  # fmt: skip
    changes = [
        Change(table="custom_value", id=each.before.row_id, before=_plain(each.before.columns),
               after=_plain(each.columns))
        for each in todo.own.values() if each.before is not None
    ]  # fmt: skip
    await change(changes)
    run.journal.changed += changes


def _about(each: OwnValue) -> tuple[int | None, int | None]:
    return (each.about.id, None) if each.field.about is FieldAbout.CUSTOMER else (None, each.about.id)


def _plain(value: Columns) -> dict[str, Value]:
    number = None if value.number_value is None else float(value.number_value)
    return {**asdict(value), "number_value": number}


async def _insert(run: Run, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """New rows, their number first."""
    await write(table, columns, rows)
    run.journal.make(table, [row[0] for row in rows])


def _customer(run: Run, person: Person, draft: Draft) -> tuple[Any, ...]:
    return (
        person.id, person.name, person.phone, True, draft.store_id, person.consultant_id, person.advisor_id,
        draft.source.value, "[]", 0, 0, 0, "", _created(run, draft), 1, person.is_company, person.gender,
        person.birthday, person.city, person.remark, person.due_on,
    )  # fmt: skip


def _vehicle(car: Car) -> tuple[Any, ...]:
    return (
        car.id, car.vin, car.plate, car.model_id, car.home_store_id, car.delivered_on, car.mileage_km,
        car.insurance_ends_on, car.inspection_ends_on, "", car.model_text, car.due_on,
    )  # fmt: skip


def _ownership(car: Car, tie: Tie, person: Person) -> tuple[Any, ...]:
    # With the VIN, the filed number proves an owner to the mini-program; a user's must not.
    filed = (person.phone or "") if tie.role is BindingRole.OWNER else ""
    return tie.id, car.id, person.id, tie.role.value, filed, tie.since_on, tie.until_on


def _created(run: Run, draft: Draft) -> datetime:
    return clock.at(draft.created_on, 12) if draft.created_on else run.now


async def _fill(run: Run, known: Known) -> None:
    """Columns of rows that were on file: what was blank, and the owners who were followed by others."""
    changes: list[Change] = []
    for person in known.people.values():
        if person.before:
            after = {name: getattr(person, name) for name in person.before}
            changes.append(Change(
                table="customer", id=person.id, before={**person.before, "version": person.version},
                after={**after, "version": person.version + 1},
            ))  # fmt: skip
    for car in known.cars.values():
        if car.before and not car.is_new:
            after = {name: getattr(car, name) for name in car.before}
            changes.append(Change(table="vehicle", id=car.id, before=car.before, after=after))
        changes += [
            Change(table="ownership", id=tie.id, before={"until_on": None}, after={"until_on": tie.until_on})
            for tie in car.ties
            if tie.ends_with_us and not tie.is_new
        ]
    await change(changes)
    run.journal.changed += changes
