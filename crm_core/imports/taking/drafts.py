"""A row of customers or cars as values: who it is about, which car, and what has to be said of its cells."""

from typing import Any, Final

from crm_core.customers.models import Source
from crm_core.imports import persons, values
from crm_core.imports.codes import Code
from crm_core.imports.layout import Layout
from crm_core.imports.matching import Draft
from crm_core.imports.models_known import model_of
from crm_core.imports.taking.run import Run
from crm_core.spelling.name import is_uscc
from crm_core.spelling.vin import year_fits_sale
from crm_core.vehicles.expiry_rules import Expiry, last_day
from crm_core.vehicles.models import BindingRole
from foundation import clock
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
        _read_person(draft, row, layout, run.origin.source_system, take, text)
    if has_car:
        draft.vin = take(values.vin(layout.cell(row, "vin"))) or ""
        if not draft.vin and Code.VIN_CHECK in codes and run.origin.accepts_unchecked_vins:
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
