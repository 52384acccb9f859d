"""Lines of orders another program closed, on a sheet of their own or beside their order's columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from crm_core.billing.rules import Payer
from crm_core.imports import values
from crm_core.imports.codes import Code
from crm_core.imports.entities import Entity
from crm_core.imports.layout import Column, Layout
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking import orders
from crm_core.imports.taking.run import Run, next_ids, write
from crm_core.imports.taking.said import digest
from foundation import database
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

PAYERS: Final = {
    "自费": Payer.CP, "客付": Payer.CP, "自付": Payer.CP, "客户付费": Payer.CP, "保修": Payer.W, "索赔": Payer.W,
    "三包": Payer.W, "厂家": Payer.W, "厂商": Payer.W, "保险": Payer.I, "保险公司": Payer.I, "事故": Payer.I,
    "内部": Payer.N, "PDI": Payer.N, "善意": Payer.G, "赠送": Payer.G,
}  # fmt: skip
"""Who pays, as dealers' programs say it; anything else is the owner, with a remark."""


@dataclass
class _Line:
    row: int
    codes: list[Code] = field(default_factory=list)
    number: str = ""
    store_id: int | None = None
    line_key: str = ""
    is_part: bool = False
    name: str = ""
    part_number: str = ""
    quantity: Decimal = Decimal(1)
    amount_fen: int | None = None
    payer: Payer = Payer.CP
    technician: str = ""
    content: str = ""


async def take(run: Run, rows: Sequence[Row], *, refused_orders: Collection[str] = ()) -> list[Outcome]:
    """An outcome for each line; lines are written when this returns. `refused_orders` are numbers of orders that were
    not taken, besides those an earlier chunk refused.
    """
    drafts = [_read_line(row, run.layout, run) for row in rows]
    numbers = list({draft.number for draft in drafts if draft.number})
    orders = {
        row["key"]: row["id"]
        for row in await database.fetch(
            "SELECT key, id FROM past_order WHERE key = ANY($2) AND ($3::bigint[] IS NULL OR store_id = ANY($3)) "
            "ORDER BY store_id = $1",
            run.store_id,
            numbers,
            None if run.lists.reach is None else list(run.lists.reach),
        )
    }
    refused = set(refused_orders) | {
        row["key"]
        for row in await database.fetch(
            "SELECT key FROM import_remark WHERE import_job_id = $1 AND key = ANY($2)",
            run.origin.import_job_id,
            numbers,
        )
    }
    on_file = {
        (row["past_order_id"], row["line_key"]): row["content"]
        for row in await database.fetch(
            "SELECT past_order_id, line_key, content FROM past_line WHERE past_order_id = ANY($1)",
            list(orders.values()),
        )
    }
    outcomes: list[Outcome] = []
    new: list[tuple[_Line, int]] = []
    for draft in drafts:
        order_id = orders.get(draft.number)
        if refuses(tuple(draft.codes)):
            outcomes.append(left_out(*draft.codes))
        elif order_id is None:
            outcomes.append(left_out(Code.ORDER_REJECTED if draft.number in refused else Code.ORDER_UNKNOWN))
        elif (content := on_file.get((order_id, draft.line_key))) is not None:
            outcomes.append(Outcome(Result.SAME) if content == draft.content else left_out(Code.ORDER_CONFLICT))
        else:
            on_file[order_id, draft.line_key] = draft.content
            new.append((draft, order_id))
            outcomes.append(Outcome(Result.NEW, tuple(sorted(set(draft.codes)))))
    ids = await next_ids("past_line", len(new))
    await write(
        "past_line",
        ("id", "past_order_id", "line_key", "is_part", "name", "part_number", "quantity", "amount_fen", "payer",
         "technician_name", "content"),
        [
            (
                number, order_id, draft.line_key, draft.is_part, draft.name, draft.part_number, draft.quantity,
                draft.amount_fen, draft.payer.value, draft.technician, draft.content,
            )
            for number, (draft, order_id) in zip(ids, new, strict=True)
        ],
    )  # fmt: skip
    run.journal.make("past_line", ids)
    return outcomes


def _read_line(row: Row, layout: Layout, run: Run) -> _Line:
    draft = _Line(row.number)

    def take(read: values.Read[Any]) -> Any:
        draft.codes += read.codes
        return read.value

    draft.number = (take(values.identifier(layout.cell(row, "number"))) or "")[:60]
    place = count_row(run, row)
    draft.line_key = (take(values.identifier(layout.cell(row, "line_no"))) or f"#{place}")[:20]
    draft.is_part = "配件" in (values.plain(layout.cell(row, "kind")).value or "") or "材料" in (
        values.plain(layout.cell(row, "kind")).value or ""
    )
    draft.name = (take(values.free_text(layout.cell(row, "name"))) or "")[:120]
    draft.part_number = (take(values.identifier(layout.cell(row, "part_no"))) or "")[:40]
    draft.quantity = _quantity(layout.cell(row, "quantity"))
    unit_price = values.money(layout.cell(row, "unit_price")).value
    draft.amount_fen = take(values.money(layout.cell(row, "amount")))
    if draft.quantity < 0 or (draft.amount_fen is None and Code.NEGATIVE in draft.codes):
        draft.codes.append(Code.NEGATIVE)
    elif not draft.number or not draft.name or (draft.amount_fen is None and not refuses(tuple(draft.codes))):
        draft.codes.append(Code.REQUIRED)
    elif unit_price is not None and draft.amount_fen is not None and unit_price * draft.quantity != draft.amount_fen:
        draft.codes.append(Code.LINE_SUM)
    said = values.plain(layout.cell(row, "payer")).value
    if said:
        mapped = run.mapped("payer", said)
        payer = Payer(mapped) if mapped else PAYERS.get(said.upper())
        if payer is None:
            draft.codes.append(Code.PAYER_UNKNOWN)
        draft.payer = payer or Payer.CP
    draft.technician = (values.identifier(layout.cell(row, "technician")).value or "")[:40]
    draft.content = digest(draft.name, draft.part_number, draft.quantity, draft.amount_fen, draft.payer)
    return draft


def count_row(run: Run, row: Row) -> int:
    """How manieth row of its order this is. Counted over every row that is read, also those taken before, so that an
    equal line stays a line of its own, today and when the file comes again.
    """
    number = values.identifier(run.layout.cell(row, "number")).value or ""
    run.rows_of_order[number] = run.rows_of_order.get(number, 0) + 1
    return run.rows_of_order[number]


def _quantity(cell: Cell) -> Decimal:
    text = values.plain(cell).value
    try:
        return Decimal(text).quantize(Decimal("0.01")) if text else Decimal(1)
    except InvalidOperation:
        return Decimal(1)


_OF_THE_ORDER: Final = ("cars.vin", "cars.plate", "opened_at", "settled_at")
_LINE: Final = f"{Entity.ORDER_LINES.value}."


async def take_with_orders(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Rows that repeat the columns of their order beside each line. The first row of a number makes the order; later
    ones must agree with it or leave its columns empty.
    """
    first = [row for row in rows if _tells_the_order(run.layout, row)]
    told = dict(zip((row.number for row in first), await orders.take(run, first), strict=True))
    taken = [row for row in rows if row.number not in told or told[row.number].result is not Result.REFUSED]
    refused = {outcome.key for outcome in told.values() if outcome.key}
    line_run = replace(run, layout=_lines_layout(run.layout))
    lines = dict(zip((row.number for row in taken), await take(line_run, taken, refused_orders=refused), strict=True))
    return [_together(told.get(row.number), lines.get(row.number)) for row in rows]


def _tells_the_order(layout: Layout, row: Row) -> bool:
    return any(layout.cell(row, name) is not None for name in _OF_THE_ORDER)


def _lines_layout(layout: Layout) -> Layout:
    """The columns of the lines alone, by the names they have on a sheet of their own."""
    columns = (
        Column(one.index, one.header, one.group, one.field.removeprefix(_LINE))
        for one in layout.columns
        if one.field and (one.field.startswith(_LINE) or one.field == "number")
    )
    return Layout(Entity.ORDER_LINES, layout.header_row, tuple(columns))


def _together(order: Outcome | None, line: Outcome | None) -> Outcome:
    """What became of a row: a new order stays new when its line is refused, with the reason as a remark."""
    if order is None or line is None:
        told = order or line
        assert told is not None
        return told
    if line.result is Result.REFUSED and order.result is not Result.NEW:
        return line
    result = Result.NEW if Result.NEW in (order.result, line.result) else Result.SAME
    return Outcome(result, tuple(sorted({*order.codes, *line.codes})))
