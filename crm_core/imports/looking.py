"""Looking at an uploaded file: what its sheets and columns are, how many rows, which models nobody knows."""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from crm_core.imports import files, setting_sheets
from crm_core.imports.entities import Entity
from crm_core.imports.layout import Layout, Tally, tally
from crm_core.imports.models import ImportJob, KnownLayout
from crm_core.imports.models_known import model_of
from crm_core.imports.plans import PLANS, RowCounts, SheetPlan, plan
from crm_core.imports.rules import JOB_MOVES
from crm_core.imports.taking.run import Lists, no_lists, read_lists
from crm_core.imports.values import plain
from crm_core.settings.declaring import REGISTRY, SettingList
from crm_core.vehicles.models import VehicleModel
from foundation import database
from foundation.moves import next_state
from foundation.spreadsheets.reading import Row, Sheet, read
from foundation.spreadsheets.refusals import SpreadsheetRefused

_SAMPLE_ROWS: Final = 300
"""The header is among the first twenty; examples and kinds of columns show within some hundred."""
_MOST_UNKNOWN_MODELS: Final = 200


@dataclass
class _Seen:
    """A sheet while it is read."""

    sheet: Sheet
    sample: list[Row] = field(default_factory=list)
    plan: SheetPlan | None = None
    layout: Layout | None = None
    counts: Tally = field(default_factory=Tally)
    models: dict[str, None] = field(default_factory=dict)
    """Texts no model fits."""
    known: set[str] = field(default_factory=set)
    """Texts that were looked at."""


@dataclass(frozen=True)
class Known:
    """What is known before a file is read: the list of settings it brings, if it does, what people said of columns, and
    the dealer's own lists.
    """

    of: SettingList | None
    remembered: Mapping[str, KnownLayout]
    lists: Lists
    store_id: int


async def look(job: ImportJob) -> None:
    """Read the file once and keep what its sheets are; a file that cannot be read is refused for good."""
    of = REGISTRY.get(job.setting_list)
    remembered = await _remembered(job.store_id)
    lists = await read_lists(None) if of is None else await no_lists()
    seen: list[_Seen] = []
    refusal = ""
    try:
        async with contextlib.aclosing(read(files.path_of(job.sha256))) as told:
            await _follow(told, seen, Known(of, remembered, lists, job.store_id))
    except SpreadsheetRefused as refused:
        refusal = refused.reason
    plans = [] if refusal else [_told(one) for one in seen]
    if not refusal and not any(one.entity for one in plans):
        refusal = "NO_COLUMNS"
    async with database.transaction():
        held = await ImportJob.select_for_update().get(id=job.id)
        held.state = next_state(JOB_MOVES, held.state, "refuse" if refusal else "read")
        held.refusal = refusal
        held.sheets = [] if refusal else PLANS.dump_python(plans, mode="json")
        held.value_maps = {} if refusal else await _said_before(held)
        held.version += 1
        await held.save(update_fields=["state", "refusal", "sheets", "value_maps", "version"])


async def _remembered(store_id: int) -> dict[str, KnownLayout]:
    """What people said of columns, by the hash of the headers: in this store, else anywhere in the group."""
    known = await KnownLayout.all().order_by("id")
    return {each.headers_hash: each for each in sorted(known, key=lambda each: each.store_id == store_id)}


async def _said_before(job: ImportJob) -> dict[str, dict[str, str]]:
    """What people said unknown words mean, the last time each came in a file of the same program."""
    said: dict[str, dict[str, str]] = {}
    earlier = ImportJob.filter(id__lt=job.id, source_system=job.source_system).exclude(value_maps={})
    for one in await earlier.order_by("id").only("id", "value_maps"):
        for name, words in one.value_maps.items():
            said.setdefault(name, {}).update(words)
    models = {str(number) for number in await VehicleModel.all().values_list("id", flat=True)}
    if "model" in said:
        said["model"] = {text: model for text, model in said["model"].items() if model in models}
    return said


async def _follow(told: AsyncGenerator[Sheet | Row, None], seen: list[_Seen], known: Known) -> None:
    async for one in told:
        if isinstance(one, Sheet):
            if seen:
                _settle(seen[-1], known)
            seen.append(_Seen(one))
            continue
        here = seen[-1]
        if here.plan is None:
            here.sample.append(one)
            if len(here.sample) == _SAMPLE_ROWS:
                _settle(here, known)
        else:
            _note(here, one, known.lists)
    if seen:
        _settle(seen[-1], known)


def _settle(here: _Seen, known: Known) -> None:
    """The sample is whole: what the sheet is."""
    if here.plan is not None:
        return
    here.plan = found = _of_a_list(here, known, known.of) if known.of else _of_a_program(here, known)
    if found.entity is not None:
        here.layout = found.layout()
    for row in here.sample:
        _note(here, row, known.lists)
    here.sample.clear()


def _of_a_program(here: _Seen, known: Known) -> SheetPlan:
    sheet, sample, own = here.sheet, here.sample, known.lists.own_of(known.store_id)
    found = plan(sheet.index, sheet.name, sample, is_hidden=sheet.is_hidden, remembered={}, own=own)
    if said := known.remembered.get(found.headers_hash) if found.columns else None:
        fields = said.fields_by_header
        found = plan(sheet.index, sheet.name, sample, is_hidden=sheet.is_hidden, remembered=fields, own=own)
        # What the sheet is was said, too: its fields are those of that kind.
        found = replace(found, entity=Entity(said.entity) if said.entity else found.entity)
    return found


def _of_a_list(here: _Seen, known: Known, of: SettingList) -> SheetPlan:
    sheet, sample = here.sheet, here.sample
    found = setting_sheets.plan(of, sheet.index, sheet.name, sample, {})
    said = known.remembered.get(setting_sheets.remembered_as(of.key, found))
    if said:
        found = setting_sheets.plan(of, sheet.index, sheet.name, sample, said.fields_by_header)
    return replace(found, is_hidden=sheet.is_hidden, is_chosen=found.is_chosen and not sheet.is_hidden)


def _note(here: _Seen, row: Row, lists: Lists) -> None:
    if here.layout is None or not tally(row, here.layout, here.counts) or here.layout.entity is Entity.SETTINGS:
        return
    text = plain(here.layout.cell(row, "model")).value
    if not text or text in here.known or len(here.models) == _MOST_UNKNOWN_MODELS:
        return
    if model_of(text, lists.models, lists.other_model_id)[0] == lists.other_model_id:
        here.models[text] = None
    here.known.add(text)


def _told(here: _Seen) -> SheetPlan:
    assert here.plan is not None
    c = here.counts
    counts = RowCounts(c.sheet, c.head, c.blank, c.total, c.note, c.data)
    return replace(here.plan, rows=counts, unknown_models=list(here.models), pictures=here.sheet.pictures)
