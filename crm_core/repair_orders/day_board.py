"""The advisor's day (page S2): what is urgent on top, then appointments and repair orders in columns."""

from datetime import date, datetime, timedelta
from typing import Final

from crm_core.appointments.rules import AppointmentState
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.board_rules import BoardPolicy
from crm_core.repair_orders.queries import minutes_between
from crm_core.repair_orders.rules import OVER, HeaderState, LineState
from crm_core.repair_orders.sums import OWNERS_FEN
from foundation import clock
from foundation.reading import Query, derive, literals, read_model


@read_model
class Todo:
    """Something urgent for the advisor to do; `rule` names the rule that put it on the list."""

    rule: str
    urgency: str
    text: str
    plate: str | None
    repair_order_id: int | None
    additional_work_id: int | None
    appointment_id: int | None


@read_model
class DayAppointment:
    """An appointment of the day; `items` are its jobs in one line."""

    id: int
    state: AppointmentState
    starts_at: datetime
    arrived_at: datetime | None
    minutes: int
    items: str
    customer_id: int
    customer_name: str
    plate: str
    series: str
    waits_on_site: bool
    version: int


@read_model
class DayOrder:
    """A car in the workshop or waiting for settlement. The amount is what the owner pays; null for readers who see
    none.
    """

    id: int
    number: str
    state: HeaderState
    title: str
    standing: str
    doing: str | None
    open_lines: str
    plate: str
    series: str
    customer_id: int
    customer_name: str
    advisor: str
    promised_at: datetime | None
    first_promised_at: datetime | None
    ready_at: datetime | None
    billed_at: datetime | None
    waits_on_site: bool
    amount_fen: int | None
    version: int


@read_model
class DayBoard:
    """What to do now, then the columns, each ordered by its next deadline."""

    day: date
    now: datetime
    todo: list[Todo]
    to_arrive: list[DayAppointment]
    to_receive: list[DayAppointment]
    in_workshop: list[DayOrder]
    to_settle: list[DayOrder]
    no_show: list[DayAppointment]
    came_count: int
    cancelled_count: int


@read_model
class _Order(DayOrder):
    """An order with the facts that decide whether it is urgent."""

    paid_at: datetime | None
    promise_kept_by: int | None


@read_model
class _Request:
    """A requested appointment that is not confirmed yet."""

    id: int
    starts_at: datetime


@read_model
class _Sheet:
    """A sheet of additional work that waits for the advisor, or that the owner has not answered."""

    id: int
    state: AdditionalWorkState
    found_at: datetime
    sent_at: datetime | None
    repair_order_id: int
    plate: str


_SHOWN: Final = (
    AppointmentState.CONFIRMED,
    AppointmentState.ARRIVED,
    AppointmentState.CONVERTED,
    AppointmentState.CANCELLED,
    AppointmentState.NO_SHOW,
)
_TO_SETTLE: Final = (HeaderState.READY, HeaderState.BILLED, HeaderState.BILL_CONFIRMED, HeaderState.PAID)
_OPEN_LINES: Final = (
    LineState.AUTHORISED,
    LineState.ASSIGNED,
    LineState.WORKING,
    LineState.PAUSED,
    LineState.DONE,
    LineState.QC_FAIL,
)
_NOT_PAID_FOR: Final = (LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)
_SHEETS_THAT_WAIT: Final = (AdditionalWorkState.FOUND, AdditionalWorkState.PRICED, AdditionalWorkState.EXPIRED)

_APPOINTMENTS = Query(
    DayAppointment,
    f"""
    SELECT a.id, a.state, a.starts_at, a.arrived_at, a.minutes, a.waits_on_site, a.version,
           c.name AS customer_name, coalesce(v.plate, a.given_plate) AS plate, m.series, a.customer_id,
           (SELECT coalesce(string_agg(i.name, '、' ORDER BY i.id), '') FROM appointment_item i
            WHERE i.appointment_id = a.id) AS items
    FROM appointment a JOIN customer c ON c.id = a.customer_id
    LEFT JOIN vehicle v ON v.id = a.vehicle_id JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
    WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3 AND a.state IN ({literals(*_SHOWN)})
      AND ($4::bigint IS NULL OR a.advisor_id = $4 OR a.advisor_id IS NULL)
    ORDER BY a.starts_at, a.id
    """,
)
_REQUESTS = Query(
    _Request,
    f"""
    SELECT id, starts_at FROM appointment WHERE store_id = $1 AND state IN ({literals(AppointmentState.REQUESTED)})
    ORDER BY confirm_by LIMIT 100
    """,
)
_ORDERS = Query(
    _Order,
    f"""
    SELECT r.id, r.number, r.state, r.owner_title AS title, r.standing, r.promised_finish_at AS promised_at,
           r.first_promised_at, r.ready_at, r.billed_at, r.paid_at, r.waits_on_site, r.version, r.promise_kept_by,
           r.customer_id, c.name AS customer_name, v.plate, m.series, a.name AS advisor,
           (SELECT coalesce(string_agg(l.name, '、' ORDER BY l.id), '') FROM repair_line l
            WHERE l.repair_order_id = r.id AND l.state IN ({literals(*_OPEN_LINES)})) AS open_lines,
           (SELECT l.name FROM repair_line l WHERE l.repair_order_id = r.id
            AND l.state IN ({literals(LineState.WORKING)}) ORDER BY l.id LIMIT 1) AS doing,
           (SELECT sum({OWNERS_FEN})::bigint FROM repair_line l WHERE l.repair_order_id = r.id
            AND (l.payer IN ({literals(Payer.CP)}) OR l.deductible_fen > 0)
            AND l.state NOT IN ({literals(*_NOT_PAID_FOR)})) AS amount_fen
    FROM repair_order r JOIN customer c ON c.id = r.customer_id JOIN staff a ON a.id = r.advisor_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE r.store_id = $1 AND r.state NOT IN ({literals(*OVER)}) AND ($2::bigint IS NULL OR r.advisor_id = $2)
    ORDER BY r.promised_finish_at NULLS FIRST, r.id
    """,
)
_SHEETS = Query(
    _Sheet,
    f"""
    SELECT a.id, a.state, a.found_at, a.sent_at, a.repair_order_id, v.plate
    FROM additional_work a JOIN repair_order r ON r.id = a.repair_order_id JOIN vehicle v ON v.id = r.vehicle_id
    WHERE r.store_id = $1 AND a.state IN ({literals(*_SHEETS_THAT_WAIT)}) AND ($2::bigint IS NULL OR r.advisor_id = $2)
    ORDER BY a.id
    """,
)


async def day(actor: Actor, store_id: int, on: date, *, only_mine: bool = False) -> DayBoard:
    """The advisor's day: what to do now by the rules, and the columns, each sorted by its next deadline.

    `only_mine`: only the actor's own orders, and appointments that are theirs or nobody's.
    """
    authorise(actor, "repair_orders.read", subject(store_id=store_id))
    mine = actor.id if only_mine else None
    appointments = await _APPOINTMENTS.all(store_id, clock.at(on), clock.end_of_day(on), mine)
    orders = await _ORDERS.all(store_id, mine)
    requests = await _REQUESTS.all(store_id)
    sheets = await _SHEETS.all(store_id, mine)

    def those(*states: AppointmentState) -> list[DayAppointment]:
        return [appointment for appointment in appointments if appointment.state in states]

    arrived = those(AppointmentState.ARRIVED)
    return DayBoard(
        day=on,
        now=clock.now(),
        todo=_todo(orders, sheets, arrived, requests, await policy_of(BoardPolicy, store_id)),
        to_arrive=those(AppointmentState.CONFIRMED),
        to_receive=arrived,
        in_workshop=[derive(DayOrder, order) for order in orders if order.state not in _TO_SETTLE],
        to_settle=[derive(DayOrder, order) for order in orders if order.state in _TO_SETTLE],
        no_show=those(AppointmentState.NO_SHOW),
        came_count=len(those(AppointmentState.ARRIVED, AppointmentState.CONVERTED)),
        cancelled_count=len(those(AppointmentState.CANCELLED)),
    )


def _todo(
    orders: list[_Order],
    sheets: list[_Sheet],
    arrived: list[DayAppointment],
    requests: list[_Request],
    policy: BoardPolicy,
) -> list[Todo]:
    """What is urgent, the worst first: unanswered additional work, promises at risk, work to be priced, owners who wait
    to be received, and appointments to be confirmed.
    """
    now = clock.now()
    todo = [_silence(sheet) for sheet in sheets if sheet.state is AdditionalWorkState.EXPIRED]
    for order in orders:
        due = order.promised_at
        is_late = due is not None and due - now <= timedelta(minutes=policy.warn_minutes)
        if due is not None and is_late and order.state not in _TO_SETTLE and order.promise_kept_by is None:
            text = f"{clock.told(due)} 要交，还差 {order.open_lines or order.title}"
            todo.append(_about_order("promise_at_risk", text, order))
        if (
            order.state is HeaderState.PAID
            and order.paid_at
            and _since(order.paid_at) >= policy.hand_over_within_hours * 60
        ):
            text = f"{clock.told(order.paid_at)} 付的款，交车还没完成"
            todo.append(_about_order("hand_over", text, order))
    for sheet in sheets:
        if sheet.state is not AdditionalWorkState.EXPIRED:
            step = "定价" if sheet.state is AdditionalWorkState.FOUND else "发送"
            text = f"增项等您{step}，已 {clock.lasting(_since(sheet.found_at))}"
            todo.append(_about_sheet("price_additional_work", "YELLOW", text, sheet))
    for appointment in arrived:
        waited = _since(appointment.arrived_at) if appointment.arrived_at else 0
        if waited >= policy.receive_within_minutes:
            text = f"到店 {clock.lasting(waited)}，还没接车"
            todo.append(Todo("receive", "YELLOW", text, appointment.plate, None, None, appointment.id))
    if requests:
        text = f"{len(requests)} 个预约待确认，最早 {clock.told(requests[0].starts_at)}"
        todo.append(Todo("confirm_appointments", "GREEN", text, None, None, None, requests[0].id))
    return todo


def _silence(sheet: _Sheet) -> Todo:
    assert sheet.sent_at is not None, "what was not sent does not expire"
    text = f"增项 {clock.lasting(_since(sheet.sent_at))}没回复，该项已停"
    return _about_sheet("additional_work_unanswered", "RED", text, sheet)


def _about_sheet(rule: str, urgency: str, text: str, sheet: _Sheet) -> Todo:
    return Todo(rule, urgency, text, sheet.plate, sheet.repair_order_id, sheet.id, None)


def _about_order(rule: str, text: str, order: _Order) -> Todo:
    return Todo(rule, "YELLOW", text, order.plate, order.id, None, None)


def _since(at: datetime) -> int:
    return minutes_between(at, clock.now())
