"""Imports for screens."""

from datetime import datetime

from crm_core.custom_fields import filling
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, may_ever, stores_within, subject
from crm_core.imports import codes, own_fields, setting_sheets
from crm_core.imports.codes import Code
from crm_core.imports.errors import ImportNotFound
from crm_core.imports.field_words import FIELD_WORDS, PROPOSAL_WORDS
from crm_core.imports.headers import REQUIRED
from crm_core.imports.plans import SheetPlan, in_order
from crm_core.imports.rules import CHUNK_ROWS, Counts, ImportPolicy, ImportState, Result, undo_time
from crm_core.policies.current import group_policy
from crm_core.settings.declaring import REGISTRY
from foundation import clock
from foundation.errors import NotAllowed
from foundation.reading import Query, read_model
from foundation.spreadsheets.refusals import WORDS

_MOST = 200
REMARKS_AT_ONCE = 100
_NO_COLUMNS = "没有一张工作表认得出列名。请确认第一行到第二十行里有“姓名”“手机号”“车架号”这样的列名。"


@read_model
class ImportRow:
    """An import in the list."""

    id: int
    store_id: int
    store: str
    file_name: str
    by: str
    state: ImportState
    uploaded_at: datetime
    ended_at: datetime | None
    counts: dict[str, Counts]
    version: int


@read_model
class ImportJobView:
    """One import with everything its page shows.

    `counts` and `tried_counts` are by the sheet's index. `done_rows` of `all_rows` data rows were taken in the run in
    hand, or taken back. `refusal_words` says why a file was not read.
    """

    id: int
    store_id: int
    store: str
    file_name: str
    size_bytes: int
    source_system: str
    setting_list: str
    accepts_unchecked_vins: bool
    by: str
    state: ImportState
    refusal: str
    sheets: list[SheetPlan]
    value_maps: dict[str, dict[str, str]]
    step: int
    row: int
    counts: dict[str, Counts]
    tried_counts: dict[str, Counts]
    records: dict[str, int]
    blockers: list[str]
    uploaded_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    file_until: datetime
    trouble: str
    version: int
    chunks: int
    """Transactions of it that were not taken back."""


@read_model
class Remark:
    """A row of the file about which something is to be said."""

    sheet: int
    row: int
    result: Result
    codes: list[Code]
    proposals: dict[str, str]


@read_model
class FieldWord:
    """Something a column may hold, with its word; `is_required` where a sheet of this kind needs it."""

    name: str
    word: str
    is_required: bool


_FROM = "FROM import_job j JOIN store s ON s.id = j.store_id JOIN staff p ON p.id = j.by_id"
_LIST = Query(
    ImportRow,
    f"""
    SELECT j.id, j.store_id, s.short_name AS store, j.file_name, p.name AS by, j.state, j.uploaded_at, j.ended_at,
           j.counts, j.version
    {_FROM} WHERE $1::bigint[] IS NULL OR j.store_id = ANY($1) ORDER BY j.id DESC LIMIT {_MOST}
    """,
)
_ONE = Query(
    ImportJobView,
    f"""
    SELECT j.id, j.store_id, s.short_name AS store, j.file_name, j.size_bytes, j.source_system, j.setting_list,
           j.accepts_unchecked_vins, p.name AS by, j.state, j.refusal, j.sheets, j.value_maps, j.step, j.row, j.counts,
           j.tried_counts, j.records, j.blockers, j.uploaded_at, j.started_at, j.stopped_at, j.ended_at, j.undone_at,
           j.file_until, j.trouble, j.version,
           (SELECT count(*) FROM import_chunk c WHERE c.import_job_id = j.id) AS chunks
    {_FROM} WHERE j.id = $1
    """,
)
_REMARKS = Query(
    Remark,
    f"""
    SELECT sheet, row, result, codes, proposals FROM import_remark
    WHERE import_job_id = $1 AND sheet = $2 AND row > $3 AND ($4::text = '' OR result = $4)
      AND ($5::text = '' OR codes ? $5)
    ORDER BY row LIMIT {REMARKS_AT_ONCE}
    """,
)


async def of_reader(actor: Actor) -> list[ImportRow]:
    """The newest imports of the stores the reader may import for.

    Raises:
        NotAllowed: somebody who imports nowhere.
    """
    if not may_ever(actor, "imports.run"):
        raise NotAllowed(action="imports.run")
    stores = stores_within(actor, "imports.run")
    return await _LIST.all(None if stores is None else sorted(stores))


async def one(actor: Actor, import_job_id: int) -> ImportJobView:
    """One import.

    Raises:
        ImportNotFound, NotAllowed.
    """
    found = await _ONE.first(import_job_id)
    if found is None:
        raise ImportNotFound
    authorise(actor, "imports.run", subject(store_id=found.store_id))
    return found


async def remarks(
    actor: Actor, import_job_id: int, *, sheet: int, after_row: int = 0, result: str = "", code: str = ""
) -> list[Remark]:
    """Rows of one sheet with something to say, in their order, from after a row on.

    Raises:
        ImportNotFound, NotAllowed.
    """
    await one(actor, import_job_id)
    return await _REMARKS.all(import_job_id, sheet, after_row, result, code)


def refusal_words(refusal: str) -> str:
    """Why a file was not read, in a sentence; empty when it was."""
    return _NO_COLUMNS if refusal == "NO_COLUMNS" else WORDS.get(refusal, "")


def code_words() -> dict[str, str]:
    """Every remark in words."""
    return {code.value: words for code, words in codes.WORDS.items()}


def progress(view: ImportJobView) -> tuple[int, int]:
    """How many data rows of the run in hand are through, or were taken back, and of how many."""
    all_rows = sum(sheet.rows.data for sheet in in_order(view.sheets))
    if view.state is ImportState.UNDOING:
        return max(0, all_rows - view.chunks * CHUNK_ROWS), all_rows
    return sum(c.new + c.changed + c.same + c.refused for c in view.counts.values()), all_rows


async def undo_until(view: ImportJobView) -> datetime | None:
    """Until when it can be undone; None when it cannot."""
    if view.state is not ImportState.DONE or view.ended_at is None:
        return None
    until = view.ended_at + undo_time(await group_policy(ImportPolicy))
    return until if until > clock.now() else None


def refusing_codes() -> list[str]:
    """The remarks with which a row is not taken, in the order of their list."""
    return [code.value for code in Code if code in codes.REFUSING]


async def fields_of_reader(actor: Actor) -> dict[str, list[FieldWord]]:
    """What a column may be taken for, by kind of sheet, in the order in which people look for it; the fields that the
    reader's stores keep besides come last.
    """
    stores = stores_within(actor, "imports.run")
    own = [
        field for field in await filling.live() if field.store_id is None or stores is None or field.store_id in stores
    ]
    return {
        entity.value: [
            *(FieldWord(name, word, name in REQUIRED[entity]) for name, word in words.items()),
            *(
                FieldWord(own_fields.key_of(field), f"自定义：{field.name}", False)
                for field in own_fields.of_sheet(own, entity)
            ),
        ]
        for entity, words in FIELD_WORDS.items()
    }


def word_of_list(setting_list: str) -> str:
    """What the list of settings is called whose rows an import brings; empty for other imports."""
    return REGISTRY[setting_list].word if setting_list in REGISTRY else ""


def fields_of_list(setting_list: str) -> list[FieldWord]:
    """What a column may be taken for in an import of this list."""
    of = REGISTRY.get(setting_list)
    return [FieldWord(name, word, False) for name, word in setting_sheets.words(of).items()] if of else []


def proposal_words() -> dict[str, str]:
    """What values are called that differ from ours."""
    return dict(PROPOSAL_WORDS)
