"""Many more friends of one store's salespeople than the demo has, here and on the platform, for mass sends.

Nothing else is known of them: what a story does with them is sending.
"""

import os
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from crm_core.customers.models import IdentityKind, Purpose
from crm_core.dealerships.models import Role, Staff, Store
from foundation import clock, database
from tests import factories as make

if TYPE_CHECKING:
    from tests.stories.stage import Stage

SIZE: Final = int(os.environ.get("STORY_CROWD", "3000"))
"""Friends of a crowd; `make soak` has 200,000."""
MEMBERS: Final = 30
TAG: Final = "老友群发"
_AT_ONCE: Final = 5_000
_ASLEEP_DAYS: Final = 500

_CUSTOMERS: Final = """
INSERT INTO customer (name, phone, is_phone_usable, first_source, tags, last_visit_on, visit_count, spend_fen,
  spend_24_months_fen, gone_reason, created_at, version, home_store_id, consultant_id)
SELECT p.name, p.phone, true, 'WALK_IN', jsonb_build_array($1::text), $2, 3, 0, 0, '', $3, 1, $4, p.staff_id
FROM unnest($5::text[], $6::text[], $7::bigint[]) AS p (name, phone, staff_id) RETURNING id, phone
"""
_IDENTITIES: Final = """
INSERT INTO identity (customer_id, kind, value, created_at)
SELECT i.customer_id, $1, i.value, $2 FROM unnest($3::bigint[], $4::text[]) AS i (customer_id, value)
"""
_FRIENDS: Final = """
INSERT INTO friendship (customer_id, staff_id, external_userid, add_way, state, since, ended_by)
SELECT f.customer_id, f.staff_id, f.external_userid, 0, '', $1, ''
FROM unnest($2::bigint[], $3::bigint[], $4::text[]) AS f (customer_id, staff_id, external_userid)
"""
_CARS: Final = """
INSERT INTO vehicle (vin, plate, home_store_id, mileage_km, gone_reason, model_id)
SELECT v.vin, '', $1, 20000, '', $2 FROM unnest($3::text[]) AS v (vin) RETURNING id, vin
"""
_OWNERSHIPS: Final = """
INSERT INTO ownership (customer_id, role, filed_phone, since_on, vehicle_id)
SELECT o.customer_id, 'OWNER', '', $1, o.vehicle_id
FROM unnest($2::bigint[], $3::bigint[]) AS o (customer_id, vehicle_id)
"""
_CONSENTS: Final = """
INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how)
SELECT c, $1, '2026-01', $2, 'mini_program', '{}', '' FROM unnest($3::bigint[]) AS c
"""


class Crowd:
    """The crowd and its salespeople."""

    def __init__(self, stage: "Stage", userids: list[str]) -> None:
        self.userids = userids
        """Of the salespeople whose friends they are."""
        self.segment: dict[str, Any] = {"match": "all", "items": [{"field": "tags", "values": [TAG]}]}
        """The group that is exactly this crowd."""
        self._stage = stage

    async def confirm_all(self) -> None:
        """Every salesperson sends what waits in their WeCom."""
        for userid in self.userids:
            for task in (await self._stage.hand("GET", f"staff/{userid}/mass-tasks"))["tasks"]:
                if task["status"] == 0 and not task["cancelled"]:
                    await self._stage.hand("POST", "mass-tasks/confirm", {"msgid": task["msgid"], "userid": userid})

    async def received(self) -> Counter[str]:
        """How many mass messages each of them finds in their chats, by external_userid."""
        return Counter((await self._stage.hand("GET", "chats/mass"))["received"])


async def gather(stage: "Stage", size: int = SIZE, members: int = MEMBERS) -> Crowd:
    """Bring a crowd into the first store: `size` friends, shared evenly among `members` salespeople."""
    store = await Store.all().order_by("id").first()
    assert store is not None
    sellers = [
        await make.make_staff(Role.SC, store, name="何一", userid=f"crowd-seller{number}") for number in range(members)
    ]
    userids = [seller.userid for seller in sellers]
    await stage.hand("POST", "import", {"staff": [{"userid": userid, "name": "何一"} for userid in userids]})
    for first in range(0, size, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, size))
        people = [{"person_id": f"crowd{n}", "nickname": f"老友{n}", "phone": f"138{n:08d}"} for n in numbers]
        friends = [{"userid": userids[n % members], "person_id": f"crowd{n}"} for n in numbers]
        brought = await stage.hand("POST", "import", {"people": people, "friendships": friends})
        await _keep(store, [sellers[n % members] for n in numbers], people, brought["people"])
    await database.execute("ANALYZE")
    return Crowd(stage, userids)


async def _keep(store: Store, sellers: list[Staff], people: list[dict[str, Any]], brought: list[Any]) -> None:
    now, staff_ids = clock.now(), [seller.id for seller in sellers]
    seen_on = clock.today() - timedelta(days=_ASLEEP_DAYS)
    names, phones = [one["nickname"] for one in people], [one["phone"] for one in people]
    rows = await database.fetch(_CUSTOMERS, TAG, seen_on, now, store.id, names, phones, staff_ids)
    by_phone = {row["phone"]: row["id"] for row in rows}
    ids = [by_phone[phone] for phone in phones]
    externals = [one["external_userid"] for one in brought]
    await database.execute(_IDENTITIES, IdentityKind.EXTERNAL_USERID.value, now, ids, externals)
    await database.execute(_IDENTITIES, IdentityKind.OPENID.value, now, ids, [one["openid"] for one in brought])
    await database.execute(_FRIENDS, now, ids, staff_ids, externals)
    vins = [f"LYFAA4DE1T{int(phone[3:]):07d}" for phone in phones]
    model_id = await database.fetch_value("SELECT id FROM vehicle_model ORDER BY id LIMIT 1")
    cars = {row["vin"]: row["id"] for row in await database.fetch(_CARS, store.id, model_id, vins)}
    await database.execute(_OWNERSHIPS, seen_on, ids, [cars[vin] for vin in vins])
    await database.execute(_CONSENTS, Purpose.MARKETING_WECOM.value, now, ids)
