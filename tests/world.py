"""A small group with one busy store: a row of every kind, found by the name of the parameter that asks for it.

`order_id`, `origin_repair_order_id` and `line_ids` are names all over the documents and the verbs. Here a parameter's
name leads to its table and a row to its store, so that tests of endpoints use ids that exist and know whose they are.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tortoise.expressions import Subquery

from app.seed import fill
from campaigns.waking.loop.models import WakingAttempt
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.models import WakingMove
from campaigns.waking.rules import Path
from crm_core.appointments.events import AppointmentConfirmed
from crm_core.arrivals.models import GateArrival
from crm_core.arrivals.rules import ArrivalState
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.coupon_checks.models import CouponFinding, FoundCoupon
from crm_core.coupon_checks.rules import FindingKind, FindingState
from crm_core.coupons.models import Coupon, CouponShowing, CouponVoiding
from crm_core.coupons.rules import VoidingState
from crm_core.custom_fields.models import CustomField
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.friend_pulls.models import FriendPull, FriendWalk
from crm_core.customers.friend_pulls.rules import WalkState
from crm_core.customers.models import Customer, CustomerMerge, FollowUp, ProposedPhone
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from crm_core.dealerships.rights.models import Deputy
from crm_core.documents.models import Document, DocumentFile
from crm_core.documents.rules import FileState
from crm_core.exports.models import ListExport
from crm_core.exports.rules import ExportFormat, ExportState
from crm_core.partners.models import ApiKey
from crm_core.partners.rules import hashed
from crm_core.partners.scopes import Scope
from crm_core.payments.models import CashierShift, CashierShiftCount, OutsideMovement, Payment
from crm_core.payments.rules import Method, MovementKind
from crm_core.payments.shift_rules import ShiftState
from crm_core.policies.declaring import REGISTRY, rules_of
from crm_core.policies.models import PolicyChange
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from crm_core.reach.models import ReachAsk
from crm_core.reach.rules import AskAnswer, AskKind, AskPlace
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference
from crm_core.reconciliation.rules import DayState, DifferenceKind
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.part_asks.models import PartAsk
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.wall.models import WallScreen
from crm_core.sharing.models import ProgressShare
from crm_core.succession.models import Succession
from crm_core.succession.rules import SuccessionState
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import ComplaintState, SurveyState
from crm_core.tasks.models import Task
from crm_core.tasks.rules import TaskKind, TaskState
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from crm_core.webhooks.models import Webhook, WebhookDelivery
from crm_core.webhooks.rules import DeliveryState, WebhookState
from foundation import clock, database
from tests.owed_world import what_is_owed
from tests.photograph import Photograph

OWNERS: Final = 1_500
"""Enough cars for one store's days."""

PARTNERS_KEY: Final = "wdp_the_key_of_the_world"
"""The API key of the busy store."""

CALLED: Final = {
    "arrival": "gate_arrival",
    "account": "monthly_account",
    "backup": "staff",
    "month": "account_month",
    "advisor": "staff",
    "ask": "part_ask",
    "author": "staff",
    "send_task": "send_task",
    "shift": "cashier_shift",
    "change": "policy_change",
    "day": "reconciliation_day",
    "delegate": "staff",
    "driver": "staff",
    "difference": "reconciliation_difference",
    "dispute": "bill_dispute",
    "item": "service_item",
    "kept": "customer",
    "line": "repair_line",
    "merge": "customer_merge",
    "merged": "customer",
    "model": "vehicle_model",
    "movement": "outside_movement",
    "order": "repair_order",
    "person": "authorised_person",
    "purchase": "purchase_order",
    "pull": "friend_pull",
    "walk": "friend_walk",
    "stand_in": "deputy",
    "proposal": "proposed_phone",
    "entry": "audit_entry",
    "export": "list_export",
    "group": "customer_group",
    "reading": "service_visit",
    "request": "part_request",
    "row": "bay",
    "run": "valet_run",
    "scan": "coupon_showing",
    "share": "progress_share",
    "showing": "coupon_showing",
    "task": "send_task",
    "taker": "staff",
    "talk": "booking_talk",
    "technician": "staff",
    "standing_plan": "standing_plan",
    "moment": "moment",
    "moment_part": "moment_part",
    "group_post": "group_post",
    "group_post_task": "group_post_task",
    "pattern": "broadcast",
    "template": "coupon_template",
    "voiding": "coupon_voiding",
    "finding": "coupon_finding",
    "tie": "ownership",
    "title": "invoice_title",
    "transfer": "part_transfer",
}
"""Parameter names of things whose table has another name."""

_ONE_STORE: Final = (
    "CASE WHEN jsonb_typeof({0}.store_ids) = 'array' AND jsonb_array_length({0}.store_ids) = 1 "
    "THEN ({0}.store_ids->>0)::bigint END"
)
"""For a thing that may belong to several stores: the store, if it is only one."""

_OWN_STORE: Final = {
    "store": "t.id",
    "list_export": "(SELECT s.store_id FROM staff s WHERE s.id = t.by_id)",
    "document_file": "(SELECT d.store_id FROM document d WHERE d.id = t.document_id)",
    "deputy": "(SELECT s.store_id FROM staff s WHERE s.id = t.staff_id)",
    "friend_walk": "(SELECT s.store_id FROM staff s WHERE s.id = t.staff_id)",
    "coupon_template": _ONE_STORE.format("t"),
    "coupon_voiding": f"(SELECT {_ONE_STORE.format('o')} FROM coupon_template o WHERE o.id = t.template_id)",
    "broadcast": _ONE_STORE.format("t"),
    "standing_plan": _ONE_STORE.format("t"),
    "moment": _ONE_STORE.format("t"),
    "customer_group": "(SELECT s.store_id FROM staff s WHERE s.id = t.owner_id)",
    "group_post": _ONE_STORE.format("t"),
    "group_post_task": "(SELECT s.store_id FROM staff s WHERE s.id = t.staff_id)",
    "moment_part": "(SELECT s.store_id FROM staff s WHERE s.id = t.staff_id)",
    "segment": _ONE_STORE.format("t"),
    "fixed_list": _ONE_STORE.format("t"),
    "library_entry": _ONE_STORE.format("t"),
    "api_key": _ONE_STORE.format("t"),
    "webhook": _ONE_STORE.format("t"),
    "webhook_delivery": f"(SELECT {_ONE_STORE.format('o')} FROM webhook o WHERE o.id = t.webhook_id)",
    "binding": "t.store_id",
    "part_transfer": "t.to_store_id",
    "authorised_person": "(SELECT o.home_store_id FROM customer o WHERE o.id = t.owner_id)",
}
_COLUMNS: Final = {
    "store_id": "t.store_id",
    "home_store_id": "t.home_store_id",
    "repair_order_id": "(SELECT o.store_id FROM repair_order o WHERE o.id = t.repair_order_id)",
    "stock_take_id": "(SELECT o.store_id FROM stock_take o WHERE o.id = t.stock_take_id)",
    "purchase_id": "(SELECT o.store_id FROM purchase_order o WHERE o.id = t.purchase_id)",
    "broadcast_id": f"(SELECT {_ONE_STORE.format('o')} FROM broadcast o WHERE o.id = t.broadcast_id)",
    "customer_id": "(SELECT o.home_store_id FROM customer o WHERE o.id = t.customer_id)",
    "kept_id": "(SELECT o.home_store_id FROM customer o WHERE o.id = t.kept_id)",
}
"""Ways from a row to its store, the nearest first."""


@dataclass(frozen=True)
class Thing:
    """A row by its id; whose it is, where that is known."""

    id: int
    store_id: int | None
    customer_id: int | None


class World:
    """Everything there is, by table."""

    def __init__(self, things: dict[str, list[Thing]], living: Store, other: Store) -> None:
        self._things = things
        self.living = living
        """The store in which everything happens."""
        self.other = other
        """A store of the same region in which nothing happens."""

    def table(self, name: str) -> str | None:
        """The table a parameter asks for: the longest end of its name that is a word for one."""
        words = name.removesuffix("_ids").removesuffix("_id").split("_")
        for first in range(len(words)):
            word = "_".join(words[first:])
            table = CALLED.get(word, word)
            if table in self._things:
                return table
        return None

    def ids(self, name: str, *, store_id: int | None = None, customer_id: int | None = None) -> list[int]:
        """Ids a parameter of this name may ask for, the newest first: all, one store's, or one owner's."""
        return [
            thing.id
            for thing in self._things.get(self.table(name) or "", [])
            if store_id in (None, thing.store_id) and customer_id in (None, thing.customer_id)
        ]

    def store_of(self, name: str, id: int) -> int | None:
        """The store to which the thing belongs that a parameter of this name asks for."""
        return next((thing.store_id for thing in self._called(name) if thing.id == id), None)

    def customer_of(self, name: str, id: int) -> int | None:
        """The customer to whom that thing belongs."""
        return next((thing.customer_id for thing in self._called(name) if thing.id == id), None)

    def _called(self, name: str) -> list[Thing]:
        return self._things.get(self.table(name) or "", [])

    def owners_of(self, name: str) -> list[int]:
        """Customers of the living store who have a thing this name asks for, the newest thing first."""
        things = self._things.get(self.table(name) or "", [])
        found = [thing.customer_id for thing in things if thing.store_id == self.living.id and thing.customer_id]
        return list(dict.fromkeys(found))


def rule_of_a_store() -> tuple[str, str]:
    """A rule that a store may set for itself: its policy and its field."""
    return next(
        (key, field)
        for key, policy in REGISTRY.items()
        for field, rule in rules_of(policy).items()
        if not rule.is_group_only
    )


def is_id(name: str) -> bool:
    """Whether a parameter of this name asks for things by their ids; another program's number is none."""
    return name.endswith(("_id", "_ids")) and not name.endswith("external_id")


_made: list[tuple[World, Photograph]] = []


async def make_world() -> World:
    """Fill the connected, empty database and read what is in it; only the first time is it made act by act."""
    if not _made:
        world = await _make()
        _made.append((world, await Photograph.take()))
        return world
    world, photograph = _made[0]
    await photograph.put_back()
    await clock.refresh()
    return world


async def _make() -> World:
    await fill(OWNERS, quiet=True, living_stores=1)
    living = await Store.all().order_by("id").first()
    assert living is not None
    other = await Store.filter(region_id=living.region_id).exclude(id=living.id).order_by("id").first()
    assert other is not None
    await _what_is_rare(living)
    columns = await database.fetch(
        "SELECT table_name, array_agg(column_name::text) AS names FROM information_schema.columns "
        "WHERE table_schema = 'public' GROUP BY table_name HAVING bool_or(column_name = 'id' AND data_type = 'bigint')"
    )
    things: dict[str, list[Thing]] = defaultdict(list)
    for row in columns:
        table, names = row["table_name"], row["names"]
        ways = [_OWN_STORE[table]] if table in _OWN_STORE else [_COLUMNS[name] for name in _COLUMNS if name in names]
        customer = "t.id" if table == "customer" else "t.customer_id" if "customer_id" in names else "NULL::bigint"
        if "customer_id" not in names and "repair_order_id" in names:
            customer = "(SELECT o.customer_id FROM repair_order o WHERE o.id = t.repair_order_id)"
        if table == "vehicle":
            customer = (
                "(SELECT o.customer_id FROM binding o WHERE o.vehicle_id = t.id AND o.state = 'BOUND' "
                "ORDER BY o.id LIMIT 1)"
            )
        if table == "authorised_person":
            customer = "t.owner_id"
        rows = await database.fetch(
            f"SELECT t.id, coalesce({', '.join([*ways, 'NULL::bigint'])}) AS store_id, {customer} AS customer_id "
            f"FROM {table} t {'WHERE t.is_active' if table == 'staff' else ''} ORDER BY t.id DESC"
        )
        things[table] = [Thing(row["id"], row["store_id"], row["customer_id"]) for row in rows]
    return World(things, living, other)


async def everything(role_store: Store | None, *, but: frozenset[Role] = frozenset(), userid: str) -> Staff:
    """A colleague who holds every role of a store, or of the whole group."""
    store_id = role_store.id if role_store else None
    staff = await Staff.create(userid=userid, name="何全", store_id=store_id)
    for role in Role:
        if role not in but:
            await StaffRole.create(staff_id=staff.id, role=role, store_id=store_id)
    return staff


async def _what_is_rare(store: Store) -> None:
    """Rows of kinds that do not occur on an ordinary day."""
    now = clock.now()
    order = await RepairOrder.filter(store_id=store.id).order_by("-id").first()
    assert order is not None
    rows = await database.fetch("SELECT id FROM customer WHERE home_store_id = $1 ORDER BY id DESC LIMIT 1", store.id)
    customer_id, merged_id = order.customer_id, rows[0]["id"]
    staff = await Staff.get(id=order.advisor_id)
    await FollowUp.create(
        customer_id=customer_id,
        staff_id=staff.id,
        keeper_id=staff.id,
        contact="call",
        body="想换轮胎",
        at=now,
        next_at=now + timedelta(days=1),
    )
    # Asked about is the newest segment, so that is the one to carry the tag.
    await database.execute(
        "UPDATE tag_rule SET segment_id = "
        "(SELECT max(id) FROM segment WHERE store_ids = jsonb_build_array($1::bigint))",
        store.id,
    )
    job = await RepairLine.filter(
        technician_id__not_isnull=True,
        repair_order_id__in=await RepairOrder.filter(store_id=store.id).values_list("id", flat=True),
    ).first()
    assert job is not None
    await PartAsk.create(
        repair_order_id=job.repair_order_id,
        line_id=job.id,
        words="垫片",
        quantity=1,
        state=PartAskState.ASKED,
        asked_by=job.technician_id,
        asked_at=now,
    )
    pull = await FriendPull.create(started_at=now)
    await FriendWalk.create(pull_id=pull.id, staff_id=staff.id, state=WalkState.HELD, started_at=now, missing=40)
    mate = await Staff.filter(store_id=store.id).exclude(id=staff.id).order_by("id").first()
    assert mate is not None
    await Deputy.create(
        staff_id=staff.id,
        deputy_id=mate.id,
        first_on=clock.today() - timedelta(days=9),
        last_on=clock.today() - timedelta(days=8),
        named_by_id=staff.id,
        named_at=now,
    )
    await Succession.create(
        staff_id=staff.id,
        store_id=store.id,
        is_leaving=False,
        state=SuccessionState.CANCELLED,
        prepared_by_id=staff.id,
        prepared_at=now,
        ended_at=now,
    )
    await ProposedPhone.create(customer_id=customer_id, staff_id=staff.id, phone="13900009999", proposed_at=now)
    await CustomerMerge.create(
        kept_id=customer_id, merged_id=merged_id, reason="same_person", moved={}, at=now, actor="system:test"
    )
    await ReachAsk.create(
        customer_id=customer_id,
        store_id=store.id,
        kind=AskKind.CONSENT,
        answer=AskAnswer.LATER,
        place=AskPlace.CHECK_IN,
        asked_by_id=staff.id,
        asked_at=now,
    )
    await Complaint.create(
        about=f"survey:{order.id}",
        source="评价",
        store_id=store.id,
        customer_id=customer_id,
        vehicle_id=order.vehicle_id,
        repair_order_id=order.id,
        body="等得太久",
        state=ComplaintState.OPEN,
        opened_at=now,
    )
    await WakingMove.create(
        customer_id=customer_id, moved_on=now.date(), before=Dormancy.DORMANT, after=Dormancy.LAPSED
    )
    await WakingAttempt.create(
        customer_id=customer_id,
        store_id=store.id,
        path=Path.SMS,
        state=AttemptState.UNSENT,
        asleep_as=Dormancy.LAPSED,
        value="2.0",
        opened_at=now,
        from_on=now.date(),
        ended_at=now,
    )
    await Task.create(
        kind=TaskKind.INSURANCE,
        state=TaskState.ASSIGNED,
        vehicle_id=order.vehicle_id,
        customer_id=customer_id,
        store_id=store.id,
        assignee_id=staff.id,
        due_on=clock.today(),
        cycle_on=clock.today() - timedelta(days=3650),
        reason="保险到期。",
        next_on=clock.today(),
        opened_at=now,
    )
    await what_is_owed(order, mate)
    survey = await Survey.filter(store_id=store.id).order_by("-id").first()
    assert survey is not None
    survey.state, survey.sent_at, survey.expires_at = SurveyState.SENT, now, now + timedelta(days=7)
    survey.openid, survey.submitted_at = "", None
    await survey.save()
    await Binding.create(
        vin_last6="000001",
        store_id=store.id,
        customer_id=customer_id,
        role=BindingRole.OWNER,
        state=BindingState.PENDING,
        how="licence",
        requested_at=now,
    )
    offered = await RepairOrder.filter(
        store_id=store.id, id__in=await AdditionalWork.all().values_list("repair_order_id", flat=True)
    )
    for each in offered:
        if not await Binding.exists(vehicle_id=each.vehicle_id, customer_id=each.customer_id):
            await Binding.create(
                vehicle_id=each.vehicle_id,
                customer_id=each.customer_id,
                role=BindingRole.OWNER,
                state=BindingState.BOUND,
                how="phone_and_vin",
                requested_at=now,
                bound_at=now,
            )
    await AuthorisedPerson.create(
        vehicle_id=order.vehicle_id,
        owner_id=customer_id,
        name="家人",
        phone="13900008888",
        limit_fen=2_000_00,
        state=PersonState.INVITED,
        named_at=now,
    )
    written_down = await database.fetch(
        "SELECT id FROM customer WHERE home_store_id = $1 AND id <> ALL($2::bigint[]) ORDER BY id LIMIT 2",
        store.id,
        [customer_id, merged_id],
    )
    for row, ended_at in zip(written_down, (None, now), strict=True):
        await PrivacyRequest.create(
            customer_id=row["id"],
            kind=PrivacyRequestKind.EXPORT,
            state=PrivacyRequestState.DONE if ended_at else PrivacyRequestState.RECEIVED,
            asked_at=now,
            due_on=clock.today() + timedelta(days=15),
            is_phone_verified=False,
            identity_check="本人到店，看过身份证",
            recorded_by_id=staff.id,
            ended_at=ended_at,
            readable_until=now + timedelta(days=7) if ended_at else None,
        )
    await PrivacyRequest.create(
        customer_id=customer_id,
        kind=PrivacyRequestKind.EXPORT,
        state=PrivacyRequestState.RECEIVED,
        asked_at=now,
        due_on=clock.today() + timedelta(days=15),
        is_phone_verified=True,
    )
    await ProgressShare.create(
        repair_order_id=order.id,
        customer_id=customer_id,
        token_hash="0" * 64,
        created_at=now,
        expires_at=now + timedelta(days=3),
    )
    await WallScreen.create(
        store_id=store.id, name="东墙", token_hash=f"{store.id:064d}", made_by=staff.id, made_at=now
    )
    coupon = await Coupon.filter(customer_id__in=Subquery(Customer.filter(home_store_id=store.id).values("id"))).first()
    assert coupon is not None
    finding = await CouponFinding.create(
        kind=FindingKind.STAFF_PHONE, store_id=store.id, words="同事的号码", state=FindingState.OPEN, found_at=now
    )
    await FoundCoupon.create(finding_id=finding.id, kind=FindingKind.STAFF_PHONE, coupon_id=coupon.id)
    await CouponVoiding.create(
        template_id=coupon.template_id,
        chosen=[coupon.id],
        coupon_count=1,
        reason="发错了",
        state=VoidingState.REFUSED,
        asked_by_id=staff.id,
        asked_at=now,
        decided_at=now,
        ended_at=now,
    )
    await CouponShowing.create(
        coupon_id=coupon.id,
        number="0" * 10,
        shown_at=now,
        expires_at=now + timedelta(minutes=2),
        scanned_at=now,
        scanned_by_id=staff.id,
        store_id=store.id,
    )
    policy, field = rule_of_a_store()
    await PolicyChange.create(
        policy=policy,
        field=field,
        store_id=store.id,
        number=1,
        value=None,
        effective_from=now + timedelta(days=1),
        reason="试行",
        changed_by_id=staff.id,
        changed_at=now,
    )
    await ApiKey.create(
        name="DMS",
        source_system="dms",
        store_ids=[store.id],
        scopes=list(Scope),
        calls_per_minute=1_200,
        secret_hash=hashed(PARTNERS_KEY),
        hint=PARTNERS_KEY[-4:],
        made_by=staff.id,
        made_at=now,
    )
    await ListExport.create(
        list_name="customers",
        title="客户",
        by_id=staff.id,
        store_ids=[store.id],
        columns=["name"],
        question={},
        format=ExportFormat.CSV,
        reason="盘点",
        state=ExportState.READY,
        row_count=1,
        sha256="0" * 64,
        asked_at=now,
        made_at=now,
        ready_at=now,
        expires_at=now + timedelta(days=1),
    )
    webhook = await Webhook.create(
        name="DMS",
        url="https://dms.example.cn/hooks",
        store_ids=[store.id],
        events=[AppointmentConfirmed.name],
        state=WebhookState.ACTIVE,
        salt="0" * 32,
        made_by=staff.id,
        made_at=now,
    )
    await WebhookDelivery.create(
        webhook_id=webhook.id,
        event_name=AppointmentConfirmed.name,
        subject="appointment:1",
        payload={},
        state=DeliveryState.DELIVERED,
        created_at=now,
        ended_at=now,
    )
    await CustomField.create(
        store_id=store.id, about=FieldAbout.CUSTOMER, code="parking", name="车位", kind=FieldKind.TEXT
    )
    document = await Document.filter(store_id=store.id).order_by("-id").first()
    assert document is not None
    await DocumentFile.create(document_id=document.id, copy_no=0, state=FileState.QUEUED, asked_at=now)
    payment = await Payment.filter(store_id=store.id).order_by("-id").first()
    await OutsideMovement.create(
        kind=MovementKind.PAYMENT,
        platform_number="untold:1",
        out_trade_no="unknown",
        status="SUCCESS",
        amount_fen=100,
        payment_id=payment.id if payment else None,
        store_id=store.id,
        found_by="question",
        found_at=now,
    )
    await BookingTalk.create(staff_id=staff.id, state=TalkState.ASKING, known={}, said_at=now)
    await GateArrival.create(
        store_id=store.id, plate="粤B00001", state=ArrivalState.WAITING, first_seen_at=now, last_seen_at=now
    )
    shift = await CashierShift.create(
        store_id=store.id, cashier_id=staff.id, state=ShiftState.OPEN, float_fen=500_00, opened_at=now
    )
    await CashierShiftCount.create(shift_id=shift.id, method=Method.CASH, expected_fen=500_00, counted_fen=500_00)
    day = await ReconciliationDay.create(
        day=clock.today() - timedelta(days=400), state=DayState.COMPARED, opened_at=now, compared_at=now
    )
    await ReconciliationDifference.create(
        day_id=day.id,
        kind=DifferenceKind.NOT_HERE,
        movement=MovementKind.PAYMENT,
        number="static01",
        theirs_fen=100,
        store_id=store.id,
    )
