"""The customers and cars that the rows in hand may mean: those on file, and those that earlier rows of them made."""

from collections.abc import Iterator, Sequence
from typing import Final

from crm_core.custom_fields import filling
from crm_core.custom_fields.filling import Noted
from crm_core.customers import tombstones
from crm_core.customers.models import IdentityKind
from crm_core.imports.matching import Car, Draft, Person, Tie
from crm_core.imports.taking.run import Run
from crm_core.vehicles.models import BindingRole
from foundation import database

NAMED_BY_FILES: Final = (IdentityKind.PHONE, IdentityKind.LANDLINE, IdentityKind.USCC, IdentityKind.FILE_NUMBER)


class Known:
    """What rows are matched with."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.by_name: dict[tuple[str, str], list[Person]] = {}
        self.companies: dict[str, list[Person]] = {}
        self.cars: dict[str, Car] = {}
        self.erased: set[tombstones.Name] = set()
        """Names in the rows that are of people who asked to be deleted."""
        self.noted: dict[tuple[int, int], Noted] = {}
        """What is noted of them in custom fields, if the rows have any."""
        self._unborn = 0

    @classmethod
    async def load(cls, run: Run, drafts: Sequence[Draft]) -> "Known":
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
            # One look into the index for each, whatever the planner believes of a table that was empty a minute ago.
            "SELECT i.customer_id FROM unnest($1::text[], $2::text[]) AS w(kind, value), "
            "  LATERAL (SELECT customer_id FROM identity WHERE kind = w.kind AND value = w.value OFFSET 0) AS i "
            "UNION SELECT c.id FROM customer c WHERE c.phone = ANY($3) "
            "UNION SELECT c.id FROM customer c WHERE c.is_company AND c.name = ANY($4)",
            kinds,
            words,
            [word for kind, word in wanted if kind is IdentityKind.PHONE],
            list({draft.name for draft in drafts if draft.is_company}),
        )
        await known._load_people(owners | {row["customer_id"] for row in found})
        # Only now: whoever is erased meanwhile was waited for, by the lock of their row.
        known.erased = await tombstones.erased_among(list({name for draft in drafts for name in _all_names(draft)}))
        if run.own_columns:
            known.noted = await filling.noted(known.people, cars_by_id)
        return known

    async def _load_people(self, ids: set[int]) -> None:
        for row in await database.fetch(
            "SELECT id, name, phone, is_company, gender, remark, advisor_id, consultant_id, version, home_store_id, "
            "  birthday, city, phone_verified_at IS NOT NULL AS is_phone_verified FROM customer "
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

    def was_erased(self, draft: Draft) -> bool:
        """Whether the row names somebody who asked to be deleted."""
        return bool(self.erased) and not self.erased.isdisjoint(_all_names(draft))

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
            birthday=draft.birthday,
            city=draft.city,
            remark=draft.remark,
            advisor_id=draft.advisor_id,
            consultant_id=draft.consultant_id,
            version=1,
            home_store_id=draft.store_id,
            draft=draft,
            agreed={column: value for column, value in draft.columns_of_person() if value},
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


def _all_names(draft: Draft) -> Iterator[tombstones.Name]:
    yield from draft.names()
    if draft.vin:
        yield tombstones.car_name(draft.vin, draft.name)
