"""The advisor's day 今日看板 S2: what to do now, then appointments and repair orders in columns."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import day_board as boards
from crm_core.repair_orders.day_board import DayAppointment, DayBoard, DayOrder
from foundation import clock
from foundation.web import Day, Id, Schema


class DayBoardQuery(Schema):
    """Which store and day; today when left out."""

    store_id: Id
    day: Day | None = None
    only_mine: bool = False


@api.get("/workshop/day", summary="The advisor's day: what to do now, then the columns")
async def day_board(actor: Actor, query: DayBoardQuery) -> DayBoard:
    board = await boards.day(actor, query.store_id, query.day or clock.today(), only_mine=query.only_mine)
    return replace(
        board,
        todo=[replace(todo, plate=todo.plate and masked.plate(actor, todo.plate)) for todo in board.todo],
        to_arrive=[_appointment(actor, each) for each in board.to_arrive],
        to_receive=[_appointment(actor, each) for each in board.to_receive],
        in_workshop=[_order(actor, each) for each in board.in_workshop],
        to_settle=[_order(actor, each) for each in board.to_settle],
        no_show=[_appointment(actor, each) for each in board.no_show],
    )


def _appointment(actor: Actor, seen: DayAppointment) -> DayAppointment:
    name, plate = masked.name(actor, seen.customer_name), masked.plate(actor, seen.plate)
    return replace(seen, customer_name=name, plate=plate)


def _order(actor: Actor, seen: DayOrder) -> DayOrder:
    return replace(
        seen,
        customer_name=masked.name(actor, seen.customer_name),
        plate=masked.plate(actor, seen.plate),
        amount_fen=masked.fen(actor, seen.amount_fen),
    )
