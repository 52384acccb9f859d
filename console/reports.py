"""经营指标: the figures of stores and people, their last months, and the rows behind each figure."""

from typing import Literal

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.reports import figures, rows
from crm_core.reports.definitions import Kpi
from crm_core.reports.figures import Board, MonthFigures, PersonFigures
from crm_core.reports.rows import KpiRows
from crm_core.reports.rules import Period
from foundation.web import Cursor, Id, Schema


class ReportOfStoreQuery(Schema):
    """Which store's."""

    store_id: Id


class ReportRowsQuery(Schema):
    """Which figure's rows: of a store and a span, or of one person in it. `counted` leaves those that add to the part,
    or the others.
    """

    kpi: Kpi
    store_id: Id
    period: Period = Period.MONTH
    staff_id: Id | None = None
    counted: Literal["yes", "no"] | None = None
    cursor: Cursor | None = None


@api.get("/reports/figures", summary="Today and this month of every store the reader sees, with targets")
async def report_figures(actor: Actor) -> Board:
    return await figures.of_reader(actor)


@api.get("/reports/people", summary="This month of each advisor and technician of a store")
async def report_people(actor: Actor, query: ReportOfStoreQuery) -> list[PersonFigures]:
    return await figures.of_people(actor, query.store_id)


@api.get("/reports/months", summary="A store's figures of the last six months")
async def report_months(actor: Actor, query: ReportOfStoreQuery) -> list[MonthFigures]:
    return await figures.of_months(actor, query.store_id)


@api.get("/reports/rows", summary="The orders, bookings or complaints a figure was reckoned from, the newest first")
async def report_rows(actor: Actor, query: ReportRowsQuery) -> KpiRows:
    return await rows.of_figure(
        actor,
        query.kpi,
        query.store_id,
        query.period,
        staff_id=query.staff_id,
        is_counted=None if query.counted is None else query.counted == "yes",
        cursor=query.cursor,
    )
