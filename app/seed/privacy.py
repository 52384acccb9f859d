"""What the officer for personal data finds: a request due in three days, one answered, an export that waits, a log with
life in it, and what last night's cleaning removed.
"""

from datetime import datetime, timedelta

from app.seed.group import Group
from crm_core.customers import listing
from crm_core.customers import service as customers
from crm_core.customers.models import Customer, Source
from crm_core.dealerships import audit_checking
from crm_core.dealerships.actors import Actor, owner, staff_actor
from crm_core.dealerships.models import Role
from crm_core.exports import asking
from crm_core.exports.rules import ExportFormat
from crm_core.privacy import answering, requesting, retention
from crm_core.privacy.retention import NEVER_BOUGHT
from crm_core.privacy.rules import DAYS_TO_ANSWER, PrivacyRequestKind
from foundation import clock, database

SINCE_THE_CLEANING = timedelta(hours=6, minutes=25)
"""From 3:40, when the cleaning runs, to the beginning of the story."""
_REVEALED = 6
_WHO_ASK = 2
_OFFICER = "SELECT min(staff_id) FROM staff_role WHERE role = $1"


async def make(group: Group, now: datetime) -> None:
    """Make the requests and answers of the weeks before the story, each on its day."""
    store = group.live_stores[0]
    officer = await staff_actor(await database.fetch_value(_OFFICER, Role.DPO.value))
    care = await staff_actor(group.staff[store.id, Role.CRC][0])
    manager = await staff_actor(group.staff[store.id, Role.GM][0])
    rows = await database.fetch(
        "SELECT id FROM customer WHERE home_store_id = $1 AND phone IS NOT NULL AND merged_into_id IS NULL "
        "AND consultant_id IS NOT NULL ORDER BY id DESC LIMIT $2",
        store.id,
        _REVEALED,
    )
    people = [row["id"] for row in rows]
    if len(people) < _WHO_ASK:
        return  # The group was seeded without owners, so nobody asks and nobody's phone is looked up.
    asks, corrects = (owner(customer_id, openid="") for customer_id in people[:_WHO_ASK])
    await clock.set_to(now - timedelta(days=20))
    wrong = await requesting.ask(corrects, PrivacyRequestKind.CORRECTION, "我已经换号了，旧号不要再用。")
    await clock.set_to(now - timedelta(days=17))
    await answering.correct(
        officer,
        wrong.id,
        expected_version=wrong.version,
        identity_check="到店出示行驶证和身份证",
        answer="已按您说的更新，旧号不再使用。",
    )
    await clock.set_to(now - timedelta(days=DAYS_TO_ANSWER - 3))
    await requesting.ask(asks, PrivacyRequestKind.EXPORT)
    for days, customer_id in enumerate(people, start=1):
        await clock.set_to(now - timedelta(days=days, hours=2))
        await customers.reveal_phone(care, customer_id, reason="回访电话没接通，换号再打")
    await clock.set_to(now - timedelta(days=1, hours=3))
    await listing.of_reader(manager, store_id=store.id)
    await audit_checking.check()
    await clock.set_to(now - SINCE_THE_CLEANING)
    await _clean(store.id, officer)
    await clock.set_to(now - timedelta(hours=3))
    await asking.ask(
        manager,
        "customers",
        columns=["name", "phone", "cars", "last_visit_on", "dormancy_word"],
        question={"store": str(store.id)},
        form=ExportFormat.XLSX,
        reason="总部要对一遍本店基盘客户",
    )


async def _clean(store_id: int, officer: Actor) -> None:
    """The night of the story: people who once asked and never came back are forgotten; one more is due tonight."""
    for name, over in (("汪先生", 40), ("骆女士", 17), ("申先生", 3), ("祁女士", 0)):
        asked_at = clock.now() - NEVER_BOUGHT - timedelta(days=over)
        if not over:
            asked_at += timedelta(minutes=30)
        await Customer.create(name=name, home_store_id=store_id, first_source=Source.DCC_INBOUND, created_at=asked_at)
    await retention.run()
    await clock.set_to(clock.now() + timedelta(hours=1))
    await retention.run(officer, dry=True)
