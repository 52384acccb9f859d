"""Who and which car a row means. Pure: what is on file is handed in.

Keys in this order: the number the other program gave the customer; mobile and name; a company's code or name; the car
and its owner's name; landline and name. The same mobile under another name, or another number for the same name and
mobile, is somebody new, with a remark: families share phones, and only people merge records.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from crm_core.custom_fields.filling import LiveField
from crm_core.custom_fields.rules import Held
from crm_core.customers.models import IdentityKind, Source
from crm_core.imports.codes import Code
from crm_core.imports.journal import Value
from crm_core.imports.marks import Marks, is_still
from crm_core.spelling.name import Gender
from crm_core.vehicles.models import BindingRole


@dataclass(eq=False)
class Draft:
    """One row as values."""

    row: int
    name: str = ""
    is_company: bool = False
    gender: Gender | None = None
    birthday: str = ""
    city: str = ""
    mobiles: tuple[str, ...] = ()
    landlines: tuple[str, ...] = ()
    file_number: str = ""
    """What the other program calls the customer, behind the program's own mark: `dms:C0001`."""
    uscc: str = ""
    source: Source = Source.WALK_IN
    source_text: str = ""
    remark: str = ""
    created_on: date | None = None
    store_id: int | None = None
    advisor_id: int | None = None
    consultant_id: int | None = None
    vin: str = ""
    plate: str = ""
    model_id: int = 0
    model_text: str = ""
    delivered_on: date | None = None
    since_on: date | None = None
    insurance_ends_on: date | None = None
    inspection_ends_on: date | None = None
    km: int = 0
    role: BindingRole = BindingRole.OWNER
    own: tuple[tuple[LiveField, Held], ...] = ()
    """What the row says of the store's own fields."""
    codes: tuple[Code, ...] = ()

    def columns_of_person(self) -> Iterator[tuple[str, str | int | None]]:
        """What the row says of the customer, by our columns."""
        yield "name", self.name
        yield "phone", self.mobiles[0] if self.mobiles else None
        yield "gender", self.gender.value if self.gender else ""
        yield "birthday", self.birthday
        yield "city", self.city
        yield "remark", self.remark
        yield "advisor_id", self.advisor_id
        yield "consultant_id", self.consultant_id

    def names(self) -> Iterator[tuple[IdentityKind, str]]:
        """What the customer is known by in this row."""
        if self.file_number:
            yield IdentityKind.FILE_NUMBER, self.file_number
        for mobile in self.mobiles:
            yield IdentityKind.PHONE, mobile
        for landline in self.landlines:
            yield IdentityKind.LANDLINE, landline
        if self.uscc:
            yield IdentityKind.USCC, self.uscc


@dataclass(eq=False)
class Person:
    """A customer on file, or one an earlier row made (`draft` is that row's)."""

    id: int
    name: str
    phone: str | None
    is_company: bool
    gender: str
    remark: str
    advisor_id: int | None
    consultant_id: int | None
    version: int
    home_store_id: int | None = None
    is_phone_verified: bool = False
    birthday: str = ""
    city: str = ""
    draft: Draft | None = None
    due_on: date | None = None
    """When the first of the cars that came with them is due; set for those an earlier row made."""
    identities: set[tuple[IdentityKind, str]] = field(default_factory=set)
    before: dict[str, Value] = field(default_factory=dict)
    """Columns that are filled now, as they were."""
    agreed: dict[str, Value] = field(default_factory=dict)
    """The columns that are now as the row tells them."""

    def has_another_number(self, file_number: str) -> bool:
        """Whether the same program gave them another number: there they are another customer."""
        program = file_number.partition(":")[0] + ":"
        return bool(file_number) and any(
            kind is IdentityKind.FILE_NUMBER and value != file_number and value.startswith(program)
            for kind, value in self.identities
        )

    def fill(self, draft: Draft, proposals: dict[str, str], told: Marks | None = None) -> bool:
        """Fill what is blank or is still what the program `told` earlier; what differs is proposed, but for other
        phones, which are filed beside the first. Whether anything was filled.
        """
        filled = False
        for column, value in draft.columns_of_person():
            mine = getattr(self, column)
            if not value:
                continue
            is_theirs = is_still(told or {}, column, mine) and not (column == "phone" and self.is_phone_verified)
            if value != mine and (not mine or is_theirs):
                if self.draft is None:
                    self.before.setdefault(column, mine)
                setattr(self, column, value)
                filled = True
            if value == getattr(self, column):
                self.agreed[column] = value
        if draft.name and draft.name != self.name:
            proposals["name"] = draft.name
        return filled


@dataclass(eq=False)
class Tie:
    """A customer's tie to a car."""

    id: int
    customer_id: int
    role: BindingRole
    since_on: date
    until_on: date | None
    is_new: bool = False
    ends_with_us: bool = False


@dataclass(eq=False)
class Car:
    """A car on file, or one an earlier row made."""

    id: int
    vin: str
    plate: str
    model_id: int
    delivered_on: date | None
    mileage_km: int
    insurance_ends_on: date | None
    inspection_ends_on: date | None
    home_store_id: int | None
    model_text: str
    is_new: bool = False
    due_on: date | None = None
    """When a new car is due."""
    ties: list[Tie] = field(default_factory=list)
    before: dict[str, Value] = field(default_factory=dict)
    agreed: dict[str, Value] = field(default_factory=dict)
    """The columns that are now as the row tells them."""

    def fill(self, draft: Draft, other_model_id: int, proposals: dict[str, str], told: Marks | None = None) -> bool:
        """Fill what is blank or is still what the program `told` earlier, raise the kilometres; what differs is
        proposed. Whether anything was filled.
        """
        filled = False
        for column, value, is_blank in (
            ("plate", draft.plate, not self.plate),
            ("delivered_on", draft.delivered_on, self.delivered_on is None),
            ("insurance_ends_on", draft.insurance_ends_on, self.insurance_ends_on is None),
            ("inspection_ends_on", draft.inspection_ends_on, self.inspection_ends_on is None),
            ("model_id", draft.model_id if draft.model_id != other_model_id else 0, self.model_id == other_model_id),
            ("mileage_km", draft.km, draft.km > self.mileage_km),
        ):
            mine = getattr(self, column)
            if not value:
                continue
            is_theirs = column != "mileage_km" and is_still(told or {}, column, mine)
            if value == mine or is_blank or is_theirs:
                self.agreed[column] = value
            if value == mine:
                continue
            if is_blank or is_theirs:
                self.before.setdefault(column, mine)
                setattr(self, column, value)
                filled = True
            elif column in ("plate", "delivered_on", "insurance_ends_on", "inspection_ends_on"):
                proposals[column] = str(value)
        return filled


class OnFile(Protocol):
    """What `match` asks."""

    people: dict[int, Person]
    companies: dict[str, list[Person]]

    def named(self, kind: IdentityKind, value: str) -> list[Person]:
        """Everybody of this name, the eldest first."""
        ...


def match(draft: Draft, known: OnFile, car: Car | None) -> tuple[Person | None, tuple[Code, ...]]:
    """Whom the row means; None for somebody new, with what is to be said of that."""
    if draft.file_number and (found := known.named(IdentityKind.FILE_NUMBER, draft.file_number)):
        return found[0], ()
    same_number = [person for mobile in draft.mobiles for person in known.named(IdentityKind.PHONE, mobile)]
    namesakes = [person for person in same_number if person.name == draft.name]
    for candidates in (namesakes, _company(draft, known), _owners(draft, known, car), _by_landline(draft, known)):
        if open_ones := [one for one in candidates if not one.has_another_number(draft.file_number)]:
            return open_ones[0], ()
    if namesakes:
        return None, (Code.LOOK_ALIKE,)
    return None, (Code.SHARED_PHONE,) if same_number else ()


def _company(draft: Draft, known: OnFile) -> list[Person]:
    if draft.uscc and (found := known.named(IdentityKind.USCC, draft.uscc)):
        return found
    return known.companies.get(draft.name, []) if draft.is_company else []


def _owners(draft: Draft, known: OnFile, car: Car | None) -> list[Person]:
    if car is None:
        return []
    owners = [known.people[tie.customer_id] for tie in car.ties if tie.customer_id in known.people]
    return [person for person in owners if person.name == draft.name]


def _by_landline(draft: Draft, known: OnFile) -> list[Person]:
    found = [person for line in draft.landlines for person in known.named(IdentityKind.LANDLINE, line)]
    return [person for person in found if person.name == draft.name]


def tie_to(car: Car, customer_id: int, draft: Draft, today: date) -> tuple[Tie | None, tuple[Code, ...]]:
    """The tie the row makes between car and customer, and what is said of it; None if they are tied already.

    A later day of taking over ends the owner before; without a day nobody can say who owns the car, and the one on file
    stays its owner.
    """
    if any(tie.customer_id == customer_id for tie in car.ties):
        return None, ()
    owner = next((t for t in car.ties if t.until_on is None and t.role is BindingRole.OWNER), None)
    known_since = draft.since_on or (draft.delivered_on if owner is None else None)
    since_on = known_since or car.delivered_on or draft.created_on or today
    tie = Tie(0, customer_id, draft.role, since_on, None, is_new=True)
    codes: tuple[Code, ...] = ()
    if owner is not None and draft.role is BindingRole.OWNER:
        if draft.since_on is None:
            tie.role, codes = BindingRole.USER, (Code.TWO_OWNERS,)
        elif draft.since_on >= owner.since_on:
            owner.until_on, owner.ends_with_us, codes = draft.since_on, True, (Code.OWNER_CHANGED,)
        else:
            tie.until_on = owner.since_on
    car.ties.append(tie)
    return tie, codes
