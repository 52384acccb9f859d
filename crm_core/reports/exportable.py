"""The figures, and the rows of one figure, as files."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.reports import coupon_statement, figures, rows
from crm_core.reports.asked import stores_of
from crm_core.reports.coupon_statement import StatementBy, StatementLine
from crm_core.reports.definitions import DEFINITIONS, Kpi
from crm_core.reports.rows import KpiRow, KpiRows
from crm_core.reports.rules import Colour, Period, Unit
from foundation.reading import read_model

_COLOURS: Final = {Colour.GREEN: "绿", Colour.YELLOW: "黄", Colour.RED: "红", Colour.GREY: "没有目标"}
LARGEST_PAGE: Final = 500


@read_model
class FigureLine:
    """One indicator of one store, in words, with the definition it was reckoned by."""

    store: str
    word: str
    today: str
    month: str
    before: str
    target: str
    attainment: str
    colour: str
    base: str
    formula: str
    version: int
    as_of: datetime


@exportable(
    "reports",
    title="经营指标",
    action="reports.read",
    columns={
        "store": "门店",
        "word": "指标",
        "today": "今天",
        "month": "本月",
        "before": "上月同期",
        "target": "目标",
        "attainment": "目标完成率",
        "colour": "颜色",
        "base": "本月按几条算",
        "formula": "口径",
        "version": "口径版本",
        "as_of": "数据截至",
    },
)
async def lines(actor: Actor, question: Question) -> AsyncIterator[FigureLine]:
    """Every indicator of every store the reader sees."""
    board = await figures.of_reader(actor)
    for store in board.stores:
        for each in store.figures:
            of = DEFINITIONS[each.kpi]
            yield FigureLine(
                store=store.store,
                word=of.word,
                today=told(of.unit, each.today.value),
                month=told(of.unit, each.month.value),
                before=told(of.unit, each.before.value),
                target=told(of.unit, each.target),
                attainment="–" if each.attainment is None else f"{each.attainment}%",
                colour=_COLOURS[each.colour],
                base=str(each.month.rows),
                formula=of.formula,
                version=of.version,
                as_of=board.as_of,
            )


@exportable(
    "report-rows",
    title="经营指标明细",
    action="reports.read",
    columns={
        "at": "时间",
        "number": "工单",
        "customer_name": "客户",
        "plate": "车牌",
        "person": "谁",
        "part": "算进分子",
        "whole": "算进分母",
    },
    question=("kpi", "store", "period", "staff", "counted"),
)
async def figure_rows(actor: Actor, question: Question) -> AsyncIterator[KpiRow]:
    """The rows the page shows for this question; without a store those of every store the reader sees."""
    for store in await stores_of(actor, _number(question.get("store"))):
        cursor: str | None = None
        while True:
            page = await _page(actor, store.id, question, cursor)
            for row in page.items:
                yield row
            cursor = page.next_cursor
            if cursor is None:
                break


async def _page(actor: Actor, store_id: int, question: Question, cursor: str | None) -> KpiRows:
    kpi, period, counted = question.get("kpi"), question.get("period"), question.get("counted")
    return await rows.of_figure(
        actor,
        Kpi(kpi) if kpi in set(Kpi) else Kpi.VISITS,
        store_id,
        Period(period) if period in set(Period) else Period.MONTH,
        staff_id=_number(question.get("staff")),
        is_counted=None if not counted else counted == "yes",
        cursor=cursor,
        limit=LARGEST_PAGE,
    )


def told(unit: Unit, value: int | None) -> str:
    """A value as people read it; – where there is none."""
    if value is None:
        return "–"
    match unit:
        case Unit.COUNT:
            return str(value)
        case Unit.PERCENT:
            return f"{value / 10:.1f}%"
        case Unit.FEN:
            return f"{value / 100:.2f} 元"
        case Unit.POINTS:
            return f"{value / 10:.1f}"


def _number(text: str | None) -> int | None:
    return int(text[:18]) if text and text.isdigit() else None


_MOST_MONTHS: Final = 24


@exportable(
    "coupon-statement",
    title="卡券报表",
    action="coupons.read_statement",
    columns={
        "key": "编号",
        "word": "名称",
        "issued": "发放",
        "claimed": "领取",
        "redeemed": "核销",
        "expired": "过期",
        "voided": "作废",
        "cost_fen": "已花",
        "bills": "账单",
        "brought_in_fen": "带来",
    },
    question=("by", "months", "template"),
)
async def coupon_lines(actor: Actor, question: Question) -> AsyncIterator[StatementLine]:
    """The lines the page shows for this question."""
    by = StatementBy(question["by"]) if question.get("by") in set(StatementBy) else StatementBy.TEMPLATE
    months, template = question.get("months", ""), question.get("template", "")
    found = await coupon_statement.statement(
        actor,
        by,
        months=min(int(months[:2]), _MOST_MONTHS) or 1 if months.isdigit() else 6,
        template_id=int(template[:18]) if template.isdigit() else None,
    )
    for line in found.lines:
        yield line
