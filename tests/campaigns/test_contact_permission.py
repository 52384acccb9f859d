"""The rules of contact in SQL and in Python agree on random people."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from campaigns.contact_permission import contact_permission
from campaigns.exclusions import REASONS, Exclusion
from campaigns.mass_channels import USUAL, channel_of
from campaigns.reachability import reach_sql
from campaigns.sql import asked_now
from crm_core.appointments.rules import AppointmentState
from crm_core.contact.rules import ContactFacts, ContactPolicy, ContactRefusal, ContactRules, check_contact
from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.models import Role, Store
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys.models import Complaint
from crm_core.surveys.rules import ComplaintState
from foundation import clock, database
from tests import factories as make
from tests.campaigns.people import make_appointment, make_crowd, make_hand_over, make_order, sellers

pytestmark = pytest.mark.usefixtures("database")

PEOPLE = 250
RARE, OFTEN = 0.05, 0.25
TODAY = make.MONDAY
POLICY = ContactPolicy()
_OPEN_ORDERS = set(HeaderState) - {
    HeaderState.LEFT,
    HeaderState.DELIVERED,
    HeaderState.CLOSED,
    HeaderState.VOID,
}


class Life:
    """The history of one random person, written into the database and kept in the form the rules take."""

    def __init__(self, chance: random.Random, customer_id: int, store: Store, broadcasts: list[int]) -> None:
        self.chance = chance
        self.customer_id = customer_id
        self.store = store
        self.broadcasts = broadcasts
        self.facts: dict[str, Any] = {}

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _day(self, *around: int) -> date:
        """A day so many days ago, or one beside it."""
        return TODAY - timedelta(days=self.chance.choice(around) + self.chance.choice((-1, 0, 1)))

    async def live(self) -> ContactFacts:
        """Let it all happen."""
        await self._record()
        await self._consents()
        if self._happens(OFTEN):
            await self._orders()
        if self._happens(OFTEN):
            await self._matters()
        await self._contacts()
        return ContactFacts(**self.facts)

    async def _record(self) -> None:
        columns: dict[str, Any] = {}
        if self._happens(RARE):
            columns["gone_reason"] = "已卖车"
        if self._happens(RARE):
            columns["marketing_stopped_at"] = clock.now()
        if self._happens(OFTEN):
            columns["complaint_until"] = self._day(0, 90)
        columns["last_visit_on"] = self._day(POLICY.visit_days, 400) if self._happens(OFTEN) else None
        await Customer.filter(id=self.customer_id).update(**columns)
        self.facts = {
            "is_gone": "gone_reason" in columns,
            "has_opted_out": "marketing_stopped_at" in columns,
            "complaint_until": columns.get("complaint_until"),
            "last_here_on": columns["last_visit_on"],
        }

    async def _consents(self) -> None:
        """Everybody has agreed to WeCom by now; some took it back, some agreed to text messages as well."""
        if self._happens(RARE):
            await Consent.filter(customer_id=self.customer_id).update(withdrawn_at=clock.now())
        if self._happens(OFTEN):
            await Consent.create(
                customer_id=self.customer_id,
                purpose=Purpose.MARKETING_SMS,
                text_version="v1",
                given_at=clock.now(),
                how="mini_program",
                evidence={},
                withdrawn_how="",
            )
        self.facts["has_consent"] = await Consent.exists(
            customer_id=self.customer_id, purpose=Purpose.MARKETING_WECOM, withdrawn_at=None
        )

    async def _orders(self) -> None:
        state = self.chance.choice(list(HeaderState))
        opened_on, delivered_on = self._day(POLICY.visit_days, 60), self._day(0, POLICY.visit_days)
        is_delivered = self._happens(0.5)
        has_void = state is HeaderState.VOID
        await make_order(
            self.customer_id,
            self.store,
            state,
            opened_at=self._at(opened_on),
            delivered_at=self._at(delivered_on) if is_delivered else None,
            voided_at=clock.now() if has_void else None,
        )
        self.facts["is_in_workshop"] = state in _OPEN_ORDERS
        here = [opened_on, *([delivered_on] if is_delivered else [])] if not has_void else []
        known = [day for day in (self.facts["last_here_on"], *here) if day is not None]
        self.facts["last_here_on"] = max(known, default=None)

    async def _matters(self) -> None:
        booking = self.chance.choice([AppointmentState.CONFIRMED, AppointmentState.CANCELLED, AppointmentState.NO_SHOW])
        await make_appointment(self.customer_id, self.store, booking)
        self.facts["is_booked"] = booking is AppointmentState.CONFIRMED
        if self._happens(0.5):
            waits = self.chance.choice([HandOverState.AWAITING_OWNER, HandOverState.DISPUTED])
            order = await make_hand_over(self.customer_id, self.store, waits)
            is_confirmed = self._happens(0.5)
            if is_confirmed:
                await HandOver.filter(id=order.id).update(state=HandOverState.CONFIRMED, confirmed_at=clock.now())
            self.facts["has_open_hand_over"] = not is_confirmed
            self.facts["last_here_on"] = self.facts["last_here_on"] or TODAY - timedelta(days=90)
            state = self.chance.choice(list(ComplaintState))
            await Complaint.create(
                about=f"hand_over:{order.id}",
                source="交车",
                store_id=self.store.id,
                customer_id=self.customer_id,
                vehicle_id=order.vehicle_id,
                body="不满意",
                state=state,
                opened_at=clock.now() - timedelta(days=200),
            )
            self.facts["has_open_complaint"] = state is not ComplaintState.CLOSED

    async def _contacts(self) -> None:
        how_many = self.chance.choice((0, 0, 0, 1, 3))
        days = [self._day(0, POLICY.weekly_days, POLICY.monthly_days) for _ in range(how_many)]
        days = [min(day, TODAY) for day in days]
        for broadcast_id, day in zip(self.broadcasts, days, strict=False):
            await database.execute(
                "INSERT INTO broadcast_recipient (broadcast_id, customer_id, cohort, state, reason, task_number, "
                "  address, contacted_on, is_last_touch) "
                "VALUES ($1, $2, 'PLANNED', 'TASKED', '', 1, '', $3, false)",
                broadcast_id,
                self.customer_id,
                day,
            )
        by_hand = self._day(0, POLICY.weekly_days, POLICY.monthly_days) if self._happens(OFTEN) else TODAY
        if by_hand < TODAY:
            await self._writes(by_hand)
            days.append(by_hand)
        self.facts["marketing_sent_on"] = tuple(days)

    async def _writes(self, day: date) -> None:
        """Two messages and a call of one day, by hand, are one contact; so is a call alone, answered or not."""
        task_id = await database.fetch_value(
            "INSERT INTO task (kind, state, customer_id, store_id, due_on, cycle_on, reason, opened_at, ended_at) "
            "VALUES ('INSURANCE', 'REFUSED', $1, $2, $3, $3, '', $4, $4) RETURNING id",
            self.customer_id,
            self.store.id,
            day,
            clock.now(),
        )
        written = (("WECOM", "SENT"), ("WECOM", "SENT"), ("PHONE", "TALKED"))
        contacts = self.chance.choice([written, (("PHONE", "TALKED"),), (("PHONE", "NO_ANSWER"),)])
        for channel, outcome in contacts:
            await database.execute(
                "INSERT INTO task_contact (task_id, staff_id, at, channel, outcome) "
                "SELECT $1, id, $2, $3, $4 FROM staff LIMIT 1",
                task_id,
                self._at(day),
                channel,
                outcome,
            )

    def _at(self, day: date) -> datetime:
        """Near one of the two midnights of a Shanghai day, which are the day before in UTC."""
        return clock.at(day, *self.chance.choice([(0, 5), (12, 0), (23, 55)]))


async def _broadcasts(store: Store) -> list[int]:
    author = await make.make_staff(Role.MKT, store)
    rows = await database.fetch(
        "INSERT INTO broadcast (name, segment_name, definition, template, content, control_percent, budget_fen, "
        "  content_hash, approved_hash, state, author_id, created_at, pause_reason, version) "
        "SELECT 'b' || n, '', '{}', 't', '{}', 5, 0, 'h', '', 'DRAFT', $1, $2, '', 1 FROM generate_series(1, 3) n "
        "RETURNING id",
        author.id,
        clock.now(),
    )
    return [row["id"] for row in rows]


@pytest.mark.parametrize("seed", [1, 2])
async def test_sql_and_python_agree_on_random_people(seed: int):
    await clock.set_to(clock.at(TODAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(PEOPLE, store, await sellers(store, 1))
    broadcasts = await _broadcasts(store)
    chance = random.Random(seed)
    expected: dict[int, str] = {}
    has_consent: dict[int, bool] = {}
    for customer_id in range(crowd.first_id, crowd.first_id + PEOPLE):
        facts = await Life(chance, customer_id, store, broadcasts).live()
        answer = check_contact(facts, clock.now(), rules=ContactRules(POLICY))
        expected[customer_id] = answer.refusal.value if answer.refusal else ""
        has_consent[customer_id] = facts.has_consent
    to = await asked_now()
    rows = await database.fetch(reach_sql("true", to, channel=channel_of(USUAL)), *to.values)
    assert {row["customer_id"]: row["reason"] for row in rows} == expected
    assert len(set(expected.values())) > 7, "few of the rules were met"
    for customer_id, reason in expected.items():
        # For people who agreed to text messages only, the same rules are asked about that channel.
        if reason != Exclusion.NO_CONSENT:
            assert ((await contact_permission(customer_id)).refusal or "") == reason


def test_every_reason_about_a_person_is_a_rule_of_contact_in_the_same_order():
    besides = {Exclusion.UNREACHED, Exclusion.HELD_OUT, Exclusion.STAFF_LEFT, Exclusion.DUPLICATE}
    asked_elsewhere = {
        ContactRefusal.CAMPAIGN_AGAIN,
        ContactRefusal.SPRING_FESTIVAL,
        ContactRefusal.HOLIDAY,
        ContactRefusal.QUIET_HOURS,
        ContactRefusal.OWN_HOURS,
    }
    assert [reason.value for reason in REASONS if reason not in besides] == [
        refusal.value for refusal in ContactRefusal if refusal not in asked_elsewhere
    ]


async def test_what_is_under_way_is_said_without_a_day_nobody_knows():
    await clock.set_to(clock.at(TODAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(2, store, await sellers(store, 1))
    await Customer.filter(id=crowd.first_id).update(gone_reason="已卖车", marketing_stopped_at=clock.now())
    gone = await contact_permission(crowd.first_id)
    assert (gone.refusal, gone.sentence) == ("GONE", "服务可以；营销：已不再是车主，先不打扰。")
    await make_appointment(crowd.first_id + 1, store, AppointmentState.CONFIRMED)
    booked = await contact_permission(crowd.first_id + 1)
    assert (booked.allowed_from, booked.sentence) == (None, "服务可以；营销：已经约了到店，先不打扰。")
