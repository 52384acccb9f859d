"""A row of customers or cars as values: who it is about, which car, and what has to be said of its cells."""

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeVar

from crm_core.custom_fields.rules import ValueNotRead
from crm_core.customers.models import Source
from crm_core.imports import own_fields, persons, values
from crm_core.imports.codes import Code
from crm_core.imports.layout import Layout
from crm_core.imports.matching import Draft
from crm_core.imports.taking.run import Run
from crm_core.imports.values import Read
from crm_core.spelling.name import is_uscc
from crm_core.spelling.vin import normalise_vin, year_fits_sale
from crm_core.vehicles.expiry_rules import Expiry, last_day
from crm_core.vehicles.models import BindingRole
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

T = TypeVar("T")

SOURCES: Final = {
    "自然到店": Source.WALK_IN, "到店": Source.WALK_IN, "转介绍": Source.REFERRAL, "朋友介绍": Source.REFERRAL,
    "老客户介绍": Source.REFERRAL, "网电销": Source.DCC_INBOUND, "DCC": Source.DCC_INBOUND, "电话": Source.DCC_INBOUND,
    "车展": Source.SHOW, "直播": Source.LIVE_STREAM, "小程序": Source.MINI_PROGRAM, "增换购": Source.RETAINED_REPEAT,
    "老客户增换购": Source.RETAINED_REPEAT, "网络": Source.VERTICAL_SITE, "垂直网站": Source.VERTICAL_SITE,
    "广告": Source.MARKETING_AD, "厂家": Source.OEM_ASSIGNED,
}  # fmt: skip
"""What dealers call the ways their customers came; anything else is a walk-in, with its own words kept."""
_USERS: Final = frozenset({"使用人", "家人", "司机", "驾驶人", "用车人", "配偶"})
_REMARK_LENGTH: Final = 500
_CITY_LENGTH: Final = 20


class _Cells:
    """The cells of one row by field, and what has to be said of them."""

    def __init__(self, row: Row, layout: Layout) -> None:
        self._cells, self._places = row.cells, layout.places
        self.codes: dict[Code, None] = {}

    def all(self, name: str) -> list[Cell]:
        """The filled cells of the columns that hold this field; most fields have none in most files."""
        cells = self._cells
        return [cells[index] for index in self._places.get(name, ()) if index < len(cells) and cells[index] is not None]

    def one(self, name: str) -> Cell:
        """The first column's."""
        places = self._places.get(name)
        return self._cells[places[0]] if places and places[0] < len(self._cells) else None

    def say(self, codes: Iterable[Code]) -> None:
        """Each once, in their order."""
        for code in codes:
            self.codes[code] = None

    def take(self, read: Read[T]) -> T | None:
        """The value; what is said of it is kept."""
        if read.codes:
            self.say(read.codes)
        return read.value

    def text(self, name: str) -> str:
        """A text of numbers and letters; empty where there is none."""
        cell = self.one(name)
        return "" if cell is None else self.take(values.identifier(cell)) or ""


def read(row: Row, layout: Layout, run: Run, *, has_car: bool, has_person: bool) -> Draft:
    """The row as values, with what has to be said of its cells."""
    cells = _Cells(row, layout)
    draft = Draft(row.number)
    if has_person:
        _read_person(draft, cells, run)
    if has_car:
        _read_car(draft, cells, run)
    draft.store_id, refused = run.lists.store_of(cells.text("store"), run.store_id)
    cells.say(refused)
    draft.advisor_id = _member(draft, "advisor", cells, run)
    draft.consultant_id = _member(draft, "consultant", cells, run)
    _read_own(draft, cells, run)
    if has_person and not _has_identity(draft):
        cells.say([Code.NO_IDENTITY])
    draft.codes = tuple(cells.codes)
    return draft


def _read_person(draft: Draft, cells: _Cells, run: Run) -> None:
    if number := cells.text("external_id"):
        draft.file_number = f"{run.origin.source_system}:{number}"[:64]
    uscc = cells.text("uscc")
    draft.uscc = uscc if is_uscc(uscc) else ""
    name = cells.take(persons.name(cells.one("name"), kind=cells.text("kind"), uscc=draft.uscc))
    if name is not None:
        draft.name, draft.is_company = name.text, name.is_company
        draft.gender = name.gender or persons.gender(cells.one("gender"))
    draft.birthday = cells.take(persons.birthday(cells.one("birthday"), run.today)) or ""
    numbers = cells.take(persons.phones(cells.all("phone") + cells.all("phone_2") + cells.all("landline")))
    remarks: list[str | None] = []
    if numbers is not None:
        draft.mobiles, draft.landlines = numbers.mobiles, numbers.landlines
        remarks += numbers.remarks
    city = cells.take(values.plain(cells.one("city"))) or ""
    if len(city) <= _CITY_LENGTH:
        draft.city = city
    else:
        remarks.append(city)  # Longer than a city is called, it is an address.
    draft.source_text = cells.text("source")
    draft.source = SOURCES.get(draft.source_text.upper(), Source.WALK_IN)
    remarks += [cells.take(values.free_text(cell)) for cell in cells.all("address") + cells.all("note")]
    draft.remark = "；".join(one for one in remarks if one)[:_REMARK_LENGTH]
    draft.created_on = _past_day("created_at", cells, run)


def _read_car(draft: Draft, cells: _Cells, run: Run) -> None:
    _read_vin(draft, cells, run)
    draft.plate = cells.take(values.plate(cells.one("plate"))) or ""
    delivered, registered = _past_day("delivered_on", cells, run), _past_day("registered_on", cells, run)
    draft.delivered_on = delivered or registered
    draft.since_on = _past_day("since_on", cells, run)
    draft.insurance_ends_on = _earliest("insurance_ends_on", cells)
    inspected = _earliest("inspection_due_on", cells)
    # The mark on the windscreen names a month.
    draft.inspection_ends_on = last_day(Expiry.INSPECTION, inspected) if inspected else None
    draft.km = cells.take(values.kilometres(cells.one("odometer"))) or 0
    draft.role = BindingRole.USER if cells.text("role") in _USERS else BindingRole.OWNER
    model_text = cells.take(values.plain(cells.one("model")))
    draft.model_id, said = run.model_of(model_text)
    cells.say(said)
    draft.model_text = (model_text or "")[:40]
    if draft.vin and draft.delivered_on and not year_fits_sale(draft.vin, draft.delivered_on):
        cells.say([Code.YEAR_MISMATCH])


def _read_vin(draft: Draft, cells: _Cells, run: Run) -> None:
    cell = cells.one("vin")
    read = values.vin(cell)
    if Code.VIN_CHECK in read.codes and run.origin.accepts_unchecked_vins:
        read = values.Read(normalise_vin(values.identifier(cell).value or ""), (Code.VIN_UNCHECKED,))
    draft.vin = cells.take(read) or ""
    if not draft.vin and not read.codes:
        cells.say([Code.REQUIRED])


def _read_own(draft: Draft, cells: _Cells, run: Run) -> None:
    """The store's own fields; what does not fit is left out and said."""
    for key in run.own_columns:
        field = run.lists.own_by_key.get(key)
        cell = cells.one(key)
        if cell is None:
            continue
        if field is None or field.store_id not in (None, draft.store_id):
            cells.say([Code.CUSTOM_VALUE])
            continue
        try:
            value = own_fields.read(field, cell)
        except ValueNotRead:
            cells.say([Code.CUSTOM_VALUE])
            continue
        if value is not None:
            draft.own += ((field, value),)


def _past_day(name: str, cells: _Cells, run: Run) -> date | None:
    cell = cells.one(name)
    return None if cell is None else cells.take(values.day(cell, today=run.today))


def _earliest(name: str, cells: _Cells) -> date | None:
    days = [cells.take(values.day(cell)) for cell in cells.all(name)]
    return min((day for day in days if day), default=None)


def _member(draft: Draft, name: str, cells: _Cells, run: Run) -> int | None:
    said = cells.text(name)
    member = run.lists.member(said, draft.store_id)
    if said and member is None:
        cells.say([Code.STAFF_UNKNOWN])
    return member.id if member else None


def _has_identity(draft: Draft) -> bool:
    has_name = draft.name not in ("", persons.UNNAMED)
    return bool(draft.file_number or draft.mobiles or draft.vin or draft.uscc or (has_name and draft.landlines))
