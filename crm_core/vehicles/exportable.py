"""Cars in stock as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.vehicles import stock
from crm_core.vehicles.stock import StockCarRow


@exportable(
    "stock-cars",
    title="库存车",
    action="vehicles.read_stock",
    columns={
        "store": "门店",
        "series": "车系",
        "trim": "车型",
        "colour": "颜色",
        "vin": "车架号",
        "guide_price_fen": "指导价",
        "arrived_on": "到店日期",
        "left_on": "离开日期",
    },
    question=("q", "store", "left"),
)
async def stock_cars(actor: Actor, question: Question) -> AsyncIterator[StockCarRow]:
    """The cars the page shows for this question, page by page."""
    after, store = 0, question.get("store", "")
    while True:
        rows = await stock.of_reader(
            actor,
            store_id=int(store[:18]) if store.isdigit() else None,
            text=question.get("q", ""),
            has_left=bool(question.get("left")),
            after=after,
        )
        for row in rows[: stock.PAGE]:
            yield row
        if len(rows) <= stock.PAGE:
            return
        after = rows[stock.PAGE - 1].id
