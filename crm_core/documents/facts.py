"""What documents are made of, read in one go from the order and its papers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.parts.rules import RequestState
from crm_core.payments.rules import Method, PaymentState
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Urgency
from crm_core.repair_orders.free_line_rules import part_number
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.papers.queries import ALLOWED_FEN
from crm_core.repair_orders.photos import DamageMark, PositionPhoto
from crm_core.repair_orders.rules import LineState
from crm_core.vehicles.models import Powertrain
from foundation.reading import Query, listed, literals, read_model
from foundation.refs import Ref


@read_model
class OrderFacts:
    """The order, who brought which car, and who repairs it."""

    id: int
    number: str
    store_id: int
    customer_id: int
    vehicle_id: int
    store: str
    store_address: str
    store_phone: str
    owner: str
    phone: str | None
    sender_name: str
    plate: str
    vin: str
    series: str
    trim: str
    model_text: str
    powertrain: Powertrain
    opened_at: datetime
    mileage_km: int
    complaint: str
    advisor: str
    keeps_old_parts: bool | None
    waits_on_site: bool
    wants_wash: bool
    first_promised_at: datetime | None
    promised_finish_at: datetime | None
    ready_at: datetime | None
    is_void: bool
    delivered_at: datetime | None = None


@read_model
class PartFacts:
    """A part for a job."""

    name: str
    number: str
    quantity: int
    state: RequestState


@read_model
class BoughtPart:
    """外购件: a part that was offered with its job because the catalogue has none; the price is for one piece."""

    name: str
    quantity: int
    price_fen: int


@read_model
class JobFacts:
    """One job as it stands now."""

    id: int
    name: str
    payer: Payer
    payer_approval_number: str
    work_kind: WorkKind
    state: LineState
    additional_work_id: int | None
    labour_centihours: int
    labour_fen: int
    parts_fen: int
    minutes: int
    is_maintenance: bool
    urgency: Urgency | None
    finding: str
    decided_at: datetime | None
    decided_how: str
    evidence: str
    evidence_note: str
    part_number: str
    part_name: str | None
    """The part the catalogue gives the job, as it was offered; `parts` are those the store room was asked for."""
    technician: str | None
    guarantee_of: str | None
    """The order because of whose repair guarantee it is free."""
    parts: list[PartFacts]
    outside_parts: list[BoughtPart]
    deductible_fen: int = 0
    """What the owner pays of it although an insurer pays the rest."""

    @property
    def total_fen(self) -> int:
        """Labour and parts."""
        return self.labour_fen + self.parts_fen

    @property
    def bought(self) -> dict[str, BoughtPart]:
        """The parts that were bought for it, by the numbers the store room gives them."""
        return {part_number(self.id, n): part for n, part in enumerate(self.outside_parts, 1)}


@read_model
class OfferedJob:
    """A job as an estimate offered it."""

    line_id: int
    name: str
    payer: Payer
    labour_fen: int
    parts_fen: int
    minutes: int
    guarantee_of: str = ""
    off_fen: int = 0
    """What a discount took off its price."""
    deductible_fen: int = 0
    """What the owner pays of it although an insurer pays the rest."""
    is_declined: bool = False
    """Whether the owner declined it when they allowed the rest."""


@read_model
class EstimateFacts:
    """A version of the estimate that was sent."""

    version: int
    state: EstimateState
    lines: list[OfferedJob]
    owner_total_fen: int
    allowed_fen: int | None
    """What was allowed of it, once it was."""
    promised_finish_at: datetime
    made_by: str
    sent_at: datetime
    decided_at: datetime | None
    decided_how: str
    evidence: str
    evidence_note: str


@read_model
class InspectionFacts:
    """The walk-around."""

    inspected_at: datetime
    inspected_by: str
    energy_percent: int
    belongings: str
    valuables_reminded: bool
    covers_on: bool
    damages: list[DamageMark]
    photos: list[PositionPhoto]
    signed_at: datetime | None
    signature: str


@read_model
class SheetFacts:
    """A sheet of additional work that was sent; `ordinal` counts the sheets of its order."""

    id: int
    repair_order_id: int
    ordinal: int
    state: AdditionalWorkState
    version: int
    hash: str
    found_by: str
    sent_at: datetime
    decided_at: datetime | None


@read_model
class CheckFacts:
    """The final inspection of one job."""

    line_id: int
    inspector: str
    technician: str
    has_passed: bool
    reason: str
    checklist: list[str]
    was_road_tested: bool
    at: datetime


@read_model
class BilledLine:
    """The labour or the parts of a job on the owner's bill."""

    about: str
    kind: LineKind
    name: str
    amount_fen: int
    off_fen: int = 0
    """What the house took off before it was authorised."""

    @property
    def line_id(self) -> int | None:
        """The job it is for."""
        return Ref.parse(self.about).of("repair_line")


@read_model
class BillFacts:
    """The owner's bill."""

    state: BillState
    version: int
    subtotal_fen: int
    discount_fen: int
    total_fen: int
    prepaid_fen: int
    confirmed_at: datetime | None
    lines: list[BilledLine]
    discounts: list[str]
    taken_off_fen: int = 0
    """减免: what was taken off after the owner had confirmed it, because they disputed it."""


@read_model
class LentFacts:
    """A loan car the owner had for the visit."""

    plate: str
    model: str
    out_at: datetime
    back_at: datetime | None


@dataclass(frozen=True)
class MakerFacts:
    """What the record of a repair by the maker says beside its jobs: the counters of the car, and its loan cars."""

    counters: tuple[str, ...]
    """`累计修理天数 12 天`."""
    lent: tuple[LentFacts, ...]


@dataclass(frozen=True)
class Facts:
    """Everything a document may say about one order."""

    order: OrderFacts
    jobs: list[JobFacts]
    warranty: str
    """The promised 质量保证期 in words."""
    estimate: EstimateFacts | None = None
    inspection: InspectionFacts | None = None
    sheet: SheetFacts | None = None
    checks: tuple[CheckFacts, ...] = ()
    bill: BillFacts | None = None
    maker: MakerFacts | None = None

    def job(self, line_id: int | None) -> JobFacts | None:
        """A job by its id."""
        return next((job for job in self.jobs if job.id == line_id), None)


ORDER: Final = Query(
    OrderFacts,
    """
    SELECT r.id, r.number, r.store_id, r.customer_id, r.vehicle_id, s.name AS store, s.address AS store_address,
           s.phone AS store_phone, c.name AS owner, c.phone, r.sender_name, v.plate, v.vin, m.series, m.trim,
           v.model_text, m.powertrain, r.opened_at, r.mileage_km, r.complaint, a.name AS advisor, r.keeps_old_parts,
           r.waits_on_site, r.wants_wash, r.first_promised_at, r.promised_finish_at, r.ready_at,
           r.voided_at IS NOT NULL AS is_void, r.delivered_at
    FROM repair_order r JOIN store s ON s.id = r.store_id JOIN customer c ON c.id = r.customer_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id JOIN staff a ON a.id = r.advisor_id
    WHERE r.id = $1
    """,
)
JOBS: Final = Query(
    JobFacts,
    f"""
    SELECT l.id, l.name, l.payer, l.payer_approval_number, l.work_kind, l.state,
           l.additional_work_id, l.labour_centihours, l.labour_fen, l.parts_fen,
           l.deductible_fen, l.minutes, l.is_maintenance, l.urgency, l.finding, l.decided_at, l.decided_how,
           l.evidence, l.evidence_note,
           l.outside_parts, l.part_number, k.name AS part_name, t.name AS technician, h.number AS guarantee_of,
           (SELECT {listed(PartFacts, "q", order="q.id", name="p.name", number="p.number")}
            FROM part_request q JOIN part p ON p.id = q.part_id WHERE q.line_id = l.id) AS parts
    FROM repair_line l LEFT JOIN staff t ON t.id = l.technician_id
    LEFT JOIN part k ON k.number = l.part_number
    LEFT JOIN repair_line g ON g.id = l.guarantee_of_id LEFT JOIN repair_order h ON h.id = g.repair_order_id
    WHERE l.repair_order_id = $1 ORDER BY l.id
    """,
)
ESTIMATE: Final = Query(
    EstimateFacts,
    f"""
    SELECT e.version, e.state,
           (SELECT coalesce(json_agg(json_build_object(
                'line_id', x->'line_id', 'name', x->'name', 'payer', x->'payer', 'labour_fen', x->'labour_fen',
                'parts_fen', x->'parts_fen', 'minutes', x->'minutes',
                'guarantee_of', coalesce(x->>'guarantee_of', ''), 'off_fen', coalesce((x->>'off_fen')::bigint, 0),
                'deductible_fen', coalesce((x->>'deductible_fen')::bigint, 0),
                'is_declined', coalesce(l.state IN ({literals(LineState.DECLINED)}), false)
                               AND e.state IN ({literals(EstimateState.AUTHORISED)})) ORDER BY n), '[]')
            FROM jsonb_array_elements(e.lines) WITH ORDINALITY AS each(x, n)
            LEFT JOIN repair_line l ON l.id = (x->>'line_id')::bigint) AS lines,
           e.owner_total_fen, {ALLOWED_FEN} AS allowed_fen,
           e.promised_finish_at, s.name AS made_by, e.sent_at, e.decided_at, e.decided_how,
           e.evidence, e.evidence_note
    FROM estimate e JOIN staff s ON s.id = e.made_by
    WHERE e.repair_order_id = $1 AND e.sent_at IS NOT NULL
    ORDER BY e.state IN ({literals(EstimateState.AUTHORISED)}) DESC, e.version DESC LIMIT 1
    """,
)
INSPECTION: Final = Query(
    InspectionFacts,
    """
    SELECT p.inspected_at, s.name AS inspected_by, p.energy_percent, p.belongings, p.valuables_reminded, p.covers_on,
           p.damages, p.photos, p.signed_at, p.signature
    FROM pre_inspection p JOIN staff s ON s.id = p.inspected_by WHERE p.repair_order_id = $1
    """,
)
SHEET: Final = Query(
    SheetFacts,
    """
    SELECT a.id, a.repair_order_id,
           (SELECT count(*) FROM additional_work o WHERE o.repair_order_id = a.repair_order_id AND o.id <= a.id)
             AS ordinal,
           a.state, a.version, a.hash, f.name AS found_by, a.sent_at, a.decided_at
    FROM additional_work a JOIN staff f ON f.id = a.found_by WHERE a.id = $1 AND a.sent_at IS NOT NULL
    """,
)
LENT: Final = Query(
    LentFacts,
    """
    SELECT c.plate, c.model, l.out_at, l.back_at FROM lending l JOIN loan_car c ON c.id = l.loan_car_id
    WHERE l.repair_order_id = $1 AND l.out_at IS NOT NULL ORDER BY l.id
    """,
)
CHECKS: Final = Query(
    CheckFacts,
    """
    SELECT q.line_id, i.name AS inspector, t.name AS technician, q.has_passed, q.reason, q.checklist,
           q.was_road_tested, q.at
    FROM quality_check q JOIN staff i ON i.id = q.inspector_id JOIN staff t ON t.id = q.technician_id
    WHERE q.repair_order_id = $1 ORDER BY q.id
    """,
)
BILL: Final = Query(
    BillFacts,
    f"""
    SELECT b.state, b.version, b.subtotal_fen, b.discount_fen, b.total_fen, b.confirmed_at,
           (SELECT coalesce(sum(p.received_fen), 0)::bigint FROM payment p
            WHERE p.about = 'bill:' || b.id AND p.method IN ({literals(Method.DEPOSIT)})
              AND p.state IN ({literals(PaymentState.SUCCESS)}) AND p.problem = '') AS prepaid_fen,
           (SELECT {listed(BilledLine, "l", order="l.line_no")} FROM bill_line l WHERE l.bill_id = b.id) AS lines,
           (SELECT coalesce(json_agg(d.name ORDER BY d.id), '[]') FROM bill_discount d WHERE d.bill_id = b.id)
             AS discounts,
           (SELECT coalesce(sum(d.taken_off_fen), 0)::bigint FROM bill_dispute d WHERE d.bill_id = b.id)
             AS taken_off_fen
    FROM bill b WHERE b.about = $1 AND b.payer IN ({literals(Payer.CP)})
      AND b.state NOT IN ({literals(BillState.DRAFT)})
    """,
)
