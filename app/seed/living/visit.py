"""What a visit is: who comes when for what, how far it has come by now, and small things every step needs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from app.seed.living.crew import Car, Crew
from app.seed.living.wishes import Catalogue
from app.seed.pictures import Album
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.free_line_rules import FreeJob
from crm_core.repair_orders.models import RepairLine
from crm_core.repair_orders.rules import LineState
from foundation import clock

Moments = AsyncIterator[datetime]


class Until(IntEnum):
    """The step at which a visit stops."""

    ARRIVED = 1
    OPENED = 2
    PRECHECKED = 3
    ESTIMATED = 4
    LEFT = 5
    VOID = 6
    AUTHORISED = 7
    DISPATCHED = 8
    IN_PROGRESS = 9
    WAIT_OWNER = 10
    WAIT_PARTS = 11
    STOPPED = 12
    QC_PENDING = 13
    REWORK = 14
    QC_PASSED = 15
    WASHING = 16
    READY = 17
    BILLED = 18
    BILL_CONFIRMED = 19
    PARTLY_PAID = 20
    PAID = 21
    HANDED_OVER = 22
    END = 99


@dataclass(frozen=True)
class Extra:
    """Additional work found on the way: catalogue code, urgency, what the technician saw, what the owner said."""

    code: str
    urgency: Urgency
    finding: str
    decision: Decision = Decision.APPROVED
    photo: str = "pads"


@dataclass(frozen=True)
class Answers:
    """What the owner says a day later; None of a score leaves the survey unanswered."""

    score: int | None = 10
    comment: str = ""
    disputes: str = ""
    """The owner's objection to the hand-over, made instead of confirming it; empty for none."""


@dataclass(frozen=True)
class Offer:
    """What the advisor takes off the whole estimate, in percent, and why; and which jobs the owner leaves out of it."""

    off_percent: int = 0
    reason: str = ""
    without: tuple[str, ...] = ()
    waits: bool = False
    """The estimate still waits for whoever has to agree."""
    is_refused: bool = False
    """Somebody did not agree, and the estimate went out without the discount."""
    free: tuple[FreeJob, ...] = ()
    """自由项目 beside the catalogue."""
    is_bought: bool = True
    """What such a job needs is bought at once; else the store room still has to buy it."""


class Hands(StrEnum):
    """In whose hands a job is: its technician's, with a colleague's beside them, or passed on to a colleague."""

    OWN = "OWN"
    TOGETHER = "TOGETHER"
    PASSED_ON = "PASSED_ON"


@dataclass
class Visit:
    """What is to happen; `arrives` is when the car is at the gate."""

    crew: Crew
    catalogue: Catalogue
    album: Album
    car: Car
    arrives: datetime
    jobs: tuple[str, ...]
    complaint: str
    until: Until = Until.END
    is_booked: bool = True
    extra: tuple[Extra, ...] = ()
    fails_check: bool = False
    payer: Payer = Payer.CP
    answers: Answers = Answers()
    hands: Hands = Hands.OWN
    offer: Offer = Offer()
    campaign_token: str = ""
    coupon_id: int | None = None
    number: int = 0
    """Its number in the store's list, by which paint, mileage and small times vary."""
    advisor: Actor = field(init=False)
    order_id: int = 0
    estimate_version: int = 1
    sheet_id: int = 0
    sheet_lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.advisor = self.crew.next(Role.SA)

    async def lines(self, *states: LineState) -> list[RepairLine]:
        return await RepairLine.filter(repair_order_id=self.order_id, state__in=states).order_by("id")

    def doer(self, line: RepairLine) -> Actor:
        doer = self.crew.by_id(Role.TEC, line.technician_id or 0)
        assert doer is not None
        return doer

    def inspector(self, lines: list[RepairLine]) -> Actor:
        return self.crew.other(Role.QC, *(line.technician_id or 0 for line in lines))

    async def photo(self, line: RepairLine, *, is_after: bool) -> dict[str, str]:
        subject = self.catalogue.picture(line.part_number or line.name)
        variant, label = self.number * 2 + is_after, "施工后" if is_after else "施工前"
        return {"key": await self.album.of(subject, variant % 6), "label": label}

    def delivery(self) -> datetime:
        """The van is delivered at three today."""
        day = clock.today()
        return clock.at(day, 15) if clock.now() < clock.at(day, 12) else clock.at(day + timedelta(days=1), 15)

    async def on_paper(self) -> Evidence:
        """The signature of an owner without the mini program."""
        return Evidence(how="paper", photo=await self.album.of("plate_check", self.number % 3))
