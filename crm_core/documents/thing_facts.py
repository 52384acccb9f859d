"""What a receipt and the agreement about a loan car are made of, read from the payment or the lending."""

from datetime import date, datetime
from typing import Final

from crm_core.loan_cars.rules import LendingState
from crm_core.payments.rules import Method, PaymentState, RefundState
from foundation.reading import Query, listed, literals, read_model

NO_MONEY: Final = (Method.DEPOSIT, Method.ACCOUNT)
"""No money comes with these: it came before, and had its receipt then, or a company owes it."""


@read_model
class ThingFacts:
    """What both name: the house, the person, and the order it belongs to, if it belongs to one."""

    id: int
    store_id: int
    customer_id: int
    repair_order_id: int | None
    order_number: str | None
    store_code: str
    store: str
    store_address: str
    store_phone: str
    customer: str
    phone: str | None


@read_model
class PaidBefore:
    """Another payment of the same bill."""

    method: Method
    amount_fen: int
    at: datetime


@read_model
class ReceiptFacts(ThingFacts):
    """A payment that brought money."""

    about: str
    plate: str | None
    method: Method
    amount_fen: int
    at: datetime
    received_by: str | None
    number_of_method: str
    """The platform's, terminal's or bank's own number."""
    beside: list[PaidBefore]
    """What else was paid of the same bill by then, however it was."""


@read_model
class RefundFacts(ThingFacts):
    """Money that went back."""

    payment_id: int
    plate: str | None
    method: Method
    """How it went back, which may differ from how it came."""
    paid_method: Method
    amount_fen: int
    at: datetime
    paid_at: datetime | None
    """When the money came that had a receipt; money that did not fit had none."""
    reason: str
    paid_out_by: str | None
    reference: str
    """The platform's, terminal's or bank's own number."""


@read_model
class LendingFacts(ThingFacts):
    """A loan car that was handed out."""

    state: LendingState
    plate: str
    model: str
    is_electric: bool
    driver: str
    licence_valid_until: date
    agreement: str
    ends_at: datetime
    out_at: datetime
    out_by: str
    out_mileage_km: int
    out_energy_percent: int
    out_marks: str
    out_photos: int
    back_at: datetime | None
    back_to: str | None
    back_mileage_km: int | None
    back_energy_percent: int | None
    back_marks: str
    back_photos: int


_HOUSE: Final = """
       s.code AS store_code, s.name AS store, s.address AS store_address, s.phone AS store_phone,
       c.name AS customer, c.phone, r.id AS repair_order_id, r.number AS order_number
"""
_PAID: Final = f"p.state IN ({literals(PaymentState.SUCCESS)}) AND p.problem = ''"
RECEIPT: Final = Query(
    ReceiptFacts,
    f"""
    SELECT p.id, p.store_id, p.customer_id, {_HOUSE}, p.about, v.plate, p.method, p.received_fen AS amount_fen,
           p.succeeded_at AS at, t.name AS received_by,
           coalesce(p.transaction_id, nullif(p.receipt_number, ''), '') AS number_of_method,
           (SELECT {listed(PaidBefore, "o", order="o.id", amount_fen="o.received_fen", at="o.succeeded_at")}
            FROM payment o WHERE o.about = p.about AND p.about LIKE 'bill:%' AND o.id <> p.id
              AND o.state IN ({literals(PaymentState.SUCCESS)}) AND o.problem = ''
              AND o.succeeded_at <= p.succeeded_at) AS beside
    FROM payment p JOIN store s ON s.id = p.store_id JOIN customer c ON c.id = p.customer_id
    LEFT JOIN staff t ON t.id = p.received_by_id
    LEFT JOIN bill b ON p.about = 'bill:' || b.id
    LEFT JOIN deposit_movement d ON d.payment_id = p.id AND d.amount_fen > 0 AND p.about LIKE 'deposit:%'
    LEFT JOIN repair_order r ON 'repair_order:' || r.id = coalesce(b.about, d.about)
    LEFT JOIN vehicle v ON v.id = r.vehicle_id
    WHERE p.id = $1 AND {_PAID} AND p.method NOT IN ({literals(*NO_MONEY)})
    LIMIT 1
    """,
)
REFUND: Final = Query(
    RefundFacts,
    f"""
    SELECT f.id, f.store_id, f.customer_id, {_HOUSE}, p.id AS payment_id, v.plate,
           coalesce(f.paid_out_method, p.method) AS method, p.method AS paid_method, f.amount_fen, f.ended_at AS at,
           CASE WHEN {_PAID} THEN p.succeeded_at END AS paid_at, f.reason, t.name AS paid_out_by,
           coalesce(nullif(f.paid_out_reference, ''), f.platform_refund_id) AS reference
    FROM refund f JOIN payment p ON p.id = f.payment_id JOIN store s ON s.id = f.store_id
    JOIN customer c ON c.id = f.customer_id LEFT JOIN staff t ON t.id = f.paid_out_by_id
    LEFT JOIN bill b ON p.about = 'bill:' || b.id
    LEFT JOIN deposit_movement d ON d.payment_id = p.id AND d.amount_fen > 0 AND p.about LIKE 'deposit:%'
    LEFT JOIN repair_order r ON 'repair_order:' || r.id = coalesce(b.about, d.about)
    LEFT JOIN vehicle v ON v.id = r.vehicle_id
    WHERE f.id = $1 AND f.state IN ({literals(RefundState.SUCCESS)}) AND p.method NOT IN ({literals(*NO_MONEY)})
    LIMIT 1
    """,
)
LENDING: Final = Query(
    LendingFacts,
    f"""
    SELECT l.id, l.store_id, l.customer_id, {_HOUSE}, l.state, k.plate, k.model, k.is_electric, l.driver,
           l.licence_valid_until, l.agreement, l.ends_at, l.out_at, o.name AS out_by, l.out_mileage_km,
           l.out_energy_percent, l.out_marks, jsonb_array_length(l.out_photos) AS out_photos, l.back_at,
           n.name AS back_to, l.back_mileage_km, l.back_energy_percent, l.back_marks,
           jsonb_array_length(l.back_photos) AS back_photos
    FROM lending l JOIN loan_car k ON k.id = l.loan_car_id JOIN store s ON s.id = l.store_id
    JOIN customer c ON c.id = l.customer_id JOIN staff o ON o.id = l.out_by LEFT JOIN staff n ON n.id = l.back_to
    LEFT JOIN repair_order r ON r.id = l.repair_order_id
    WHERE l.id = $1 AND l.out_at IS NOT NULL
    """,
)
